"""What stands around the content on every page of the fixture site."""

from functools import lru_cache
from html import escape

from wenxun.newssite.columns import Column
from wenxun.newssite.state import NewsSite

_STEP = 512  # bytes; so that a few paddings serve all pages
_HEAD = (
    "<!--Announced by Visual SiteBuilder 9-->\n"
    '<link rel="stylesheet" type="text/css" href="/_sitegray/_sitegray_d.css">\n'
    '<script language="javascript" src="/_sitegray/_sitegray.js"></script>\n'
    "<!-- CustomerNO:77656262657232307b7a475c53535742000000034354 -->\n"
    '<link rel="stylesheet" type="text/css" href="/content.vsb.css">\n'
    '<script type="text/javascript" src="/system/resource/js/dynclicks.js"></script>\n'
)


def framed(site: NewsSite, *, title: str, main: str, head: str = "") -> bytes:
    """Return a whole page: head, menu, `main`, side column, footer, padded to `page_kb`."""
    top = (
        f"<!DOCTYPE html>\n<HTML><HEAD><TITLE>{escape(title)}</TITLE>\n"
        f'<META Name="keywords" Content="{escape(site.name)}" />\n'
        f'<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">\n{_HEAD}{head}'
    )
    menu = _menu(site.name, site.columns)
    page = f'{top}</HEAD>\n<BODY>\n{menu}<div class="container">{main}</div>\n{_FOOT}</BODY></HTML>'
    body = page.encode()
    missing = (site.page_kb * 1024 - len(body)) // _STEP * _STEP
    if missing <= 0:
        return body
    return body.replace(b"<BODY>\n", b"<BODY>\n" + _furniture(missing), 1)


_FOOT = (
    '<DIV class="footer"><!-- 版权内容请在本组件"内容配置-版权"处填写 -->\n'
    '<P class="copyright">版权所有：云岭大学 地址：云岭市青石路1号 邮编：000000</P></DIV>\n'
)


@lru_cache
def _menu(name: str, columns: tuple[Column, ...]) -> str:
    items = "".join(
        f'<LI><A href="{escape(column.path)}">{column.name}</A></LI>' for column in columns
    )
    return (
        f'<div class="header"><a href="/index.htm"><img src="/dfiles/10001/logo.png" '
        f'alt="{name}"></a><NAV><UL><LI><A href="/index.htm">首页</A></LI>{items}'
        "</UL></NAV></div>\n"
    )


@lru_cache(maxsize=256)
def _furniture(size: int) -> bytes:
    """Return about `size` bytes of what heavy templates carry: styles, a slide script, a menu."""
    rule = ".headStyle{n:04d} a, .headStyle{n:04d} .this-page {{font-size:12px;padding:2px 4px;}}\n"
    slide = 'imgs[{n}]="/dfiles/10001/b{n}.jpg";links[{n}]="#";\n'
    item = (
        '<li class="m-{n}"><a href="/bm/{n:04d}.htm" target="_blank">机构设置之{n:04d}</a></li>\n'
    )
    styles, slides, menu = (_filled(part, size // 3) for part in (rule, slide, item))
    text = (
        f"<style>{styles}</style><script>var imgs=[],links=[];{slides}</script>"
        f'<div class="mega" style="display:none"><ul>{menu}</ul></div>\n'
    )
    return text.encode()


def _filled(part: str, size: int) -> str:
    one = len(part.format(n=0).encode())
    return "".join(part.format(n=n) for n in range(size // one))
