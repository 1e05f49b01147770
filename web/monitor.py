"""A small port for whoever watches over the service: /healthz, /readyz, /metrics. Nothing else.

`/healthz` says whether the service itself goes on (else: start it anew), `/readyz` whether it can
do its work (else: look at the database). Neither tells anything that is secret.
"""

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from storage.errors import StorageError
from storage.overview import Overview
from web.metrics import CONTENT_TYPE, Metrics, exposition

logger = logging.getLogger(__name__)

_TIMEOUT_S = 10.0
_PATHS = ["/healthz", "/readyz", "/metrics"]
_STILL = timedelta(seconds=60)  # the service beats every ten


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is watched over. `beat_at` is when the service's clock last ticked, None: not yet."""

    overview: Overview
    metrics: Metrics
    beat_at: Callable[[], datetime | None]


class PortInUseError(Exception):
    """The service cannot listen where it was told to. Choose another `listen`."""

    def __init__(self, listen: str, reason: str) -> None:
        super().__init__(f"listen: cannot listen on {listen}: {reason}")
        self.listen = listen


class Monitor:
    """Answers on a port, in threads of its own, while the service runs. `close()` it."""

    def __init__(self, host: str, port: int, watched: Watched) -> None:
        handler = type("Handler", (_Handler,), {"watched": watched})
        try:
            self._server = ThreadingHTTPServer((host, port), handler)
        except OSError as error:
            raise PortInUseError(f"{host}:{port}", error.strerror or str(error)) from error
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.2,), name="monitor", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    watched: ClassVar[Watched]
    timeout = _TIMEOUT_S
    server_version = "Wenxun"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer the three addresses that there are."""
        try:
            match self.path.partition("?")[0]:
                case "/healthz":
                    self._health(datetime.now(UTC))
                case "/readyz":
                    waiting = self.watched.overview.unmatched_events()
                    self._say(HTTPStatus.OK, {"ready": True, "unmatched_events": waiting})
                case "/metrics":
                    body = exposition(self.watched.metrics, self.watched.overview)
                    self._send(HTTPStatus.OK, CONTENT_TYPE, body)
                case _:
                    self._say(HTTPStatus.NOT_FOUND, {"there_are": _PATHS})
        except StorageError as error:
            self._say(HTTPStatus.SERVICE_UNAVAILABLE, {"ready": False, "reason": str(error)})

    def _health(self, now: datetime) -> None:
        beat = self.watched.beat_at()
        is_alive = beat is not None and now - beat < _STILL
        status = HTTPStatus.OK if is_alive else HTTPStatus.SERVICE_UNAVAILABLE
        self._say(status, {"alive": is_alive, "beat_at": beat and beat.isoformat()})

    def _say(self, status: HTTPStatus, record: dict[str, object]) -> None:
        body = json.dumps(record, ensure_ascii=False).encode()
        self._send(status, "application/json; charset=utf-8", body)

    def _send(self, status: HTTPStatus, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        self.send_header("cache-control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Say nothing of being asked, but at the level for that."""
        logger.debug(format, *args)
