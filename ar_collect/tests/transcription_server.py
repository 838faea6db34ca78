# Part of ar_collect. License LGPL-3.
"""A transcription endpoint on this machine, with good days and bad ones: the path says which.

Run as a program it prints its port, and serves until its input is closed.
"""

import json
import sys
import threading
import time
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from werkzeug.wrappers import Request, Response

KEY = "sk-right"
PATH = "/v1/audio/transcriptions"


def good(request):
    """What such a server answers; the text tells what has arrived."""
    file = request.files["file"]
    size = len(file.read())
    told = (file.filename, size, request.form["language"], request.form["model"])
    segments = [
        {"id": 0, "start": 0.0, "end": 2.5, "text": " I will pay on Friday."},
        {"id": 1, "start": 2.5, "end": 4.0, "text": " ".join(map(str, told))},
    ]
    assert request.form["response_format"] == "verbose_json"
    return {"language": "english", "text": "I will pay on Friday.", "segments": segments}


def key(request):
    """Only for those with the key."""
    if request.headers.get("Authorization") != f"Bearer {KEY}":
        return Response('{"error": "invalid key"}', 401)
    return good(request)


def slow(_request):
    """Nothing for a long time."""
    time.sleep(60)


def drip(_request):
    """Something all the time, and never the end."""

    def drops():
        while True:
            yield b" "
            time.sleep(0.1)

    return Response(drops(), 200)


ANSWERS = {
    "good": good,
    "key": key,
    "text": lambda _request: {"text": "Only a text."},
    "silence": lambda _request: {"text": "", "segments": []},
    "error": lambda _request: Response("the model\nis out of order", 500),
    "large": lambda _request: Response("too large", 413),
    "html": lambda _request: Response("<html>Welcome to nginx</html>", 200),
    "list": lambda _request: Response("[1, 2]", 200),
    "numbers": lambda _request: {"text": 5},
    "times": lambda _request: {"segments": [{"start": "soon", "end": 1, "text": "x"}]},
    "nan": lambda _request: Response('{"segments": [{"start": NaN, "end": 1, "text": "x"}]}'),
    "no_text": lambda _request: {"segments": [{"start": 0, "end": 1, "text": None}]},
    "huge": lambda _request: {"segments": [{"start": 10**400, "end": 1, "text": "x"}]},
    "deep": lambda _request: Response("[" * 100000),
    "nothing": lambda _request: Response(""),
    "disorder": lambda _request: {
        "segments": [
            {"start": 9, "end": 7, "text": "third"},
            {"start": -4, "end": -3, "text": "first"},
            {"start": 2, "end": 1e9, "text": "second"},
            {"start": 3, "end": 4, "text": "  "},
        ]
    },
    "control": lambda _request: Response('{"text": "I pay\\u0000 on \\ud800Friday"}'),
    "redirect": lambda _request: Response("", 302, {"Location": f"/good{PATH}"}),
    "slow": slow,
    "drip": drip,
}


@Request.application
def application(request):
    """Answer as the first part of the path says."""
    name = request.path.removesuffix(PATH).strip("/")
    if request.method != "POST" or not request.path.endswith(PATH) or name not in ANSWERS:
        return Response("no such page", 404)
    answer = ANSWERS[name](request)
    return answer if isinstance(answer, Response) else Response(json.dumps(answer))


class Server(ThreadingMixIn, WSGIServer):
    """Several at once: who waits for ever does not keep others from an answer."""

    daemon_threads = True


class Handler(WSGIRequestHandler):
    """Says nothing."""

    def log_message(self, *_args):
        """Override to be quiet."""


def main():
    """Serve in the background while the input is open."""
    server = make_server("127.0.0.1", 0, application, Server, Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)  # noqa: T201  # pylint: disable=print-used  # whoever started it wants to know
    sys.stdin.read()


if __name__ == "__main__":
    main()
