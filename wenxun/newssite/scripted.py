"""The fixture site as a site whose pages are written by scripts: a frame, and JSON to fill it.

Pure. The script also does what scripts of real sites do beside their work: it counts the visit, in
every way that a browser has, and tells a tracker.
"""

import json

_TITLE = (b"<TITLE>", b"</TITLE>")
_MAIN = (b'<div class="container">', b'</div>\n<DIV class="footer">')
_DATA = "/_data/"
SCRIPT_PATH = _DATA + "app.js"
# A row without a cell: what stands in it, no browser would show where a script puts it.
_MENDED = ('<tr style="Line-Height:150%"><div', '<tr style="Line-Height:150%"><td><div')
JSON_PATH = _DATA + "page.json"

SCRIPT = """
var counted = '/system/resource/code/datainput.jsp?owner=1&e=1';
function _jsq_() { new Image().src = counted; fetch(counted); navigator.sendBeacon(counted); }
function count() {
  var x = new XMLHttpRequest();
  x.open('POST', '/system/resource/code/news/click/addclicktimes.jsp?clickid=1');
  x.send('a=1');
  var s = document.createElement('script');
  s.src = '/_visitcount?type=3&columnId=1';
  document.head.appendChild(s);
  document.write('<img src="/_visitcount?type=1">');
}
function fill(page) {
  document.title = page.title;
  document.querySelector('.container').innerHTML = page.main;
}
count();
fetch('/_data/page.json?of=' + encodeURIComponent(location.pathname + location.search))
  .then(function (answer) { return answer.json(); })
  .then(fill);
"""


def shell(page: bytes) -> bytes:
    """Return a page without what it says: its frame, and the script that fills it."""
    before, _, rest = page.partition(_TITLE[0])
    _, _, rest = rest.partition(_TITLE[1])
    middle, _, rest = rest.partition(_MAIN[0])
    _, _, after = rest.rpartition(_MAIN[1])
    script = f'<script src="{SCRIPT_PATH}"></script>\n'.encode()
    return b"".join(
        (before, *_TITLE, middle, _MAIN[0], "正在加载".encode(), _MAIN[1], after)
    ).replace(b"</BODY>", script + b"</BODY>")


def data(page: bytes) -> bytes:
    """Return what a page says, as JSON."""
    title = page.partition(_TITLE[0])[2].partition(_TITLE[1])[0].decode()
    main = page.partition(_MAIN[0])[2].rpartition(_MAIN[1])[0].decode().replace(*_MENDED)
    return json.dumps({"title": title, "main": main}, ensure_ascii=False).encode()
