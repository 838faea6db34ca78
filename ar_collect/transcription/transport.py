# Part of ar_collect. License LGPL-3.
"""Sending a recording to an endpoint, in the process of a worker: it is killed if this hangs."""

import requests

from .base import TranscriptionError

#: Bytes of an answer; more is no transcript.
LARGEST_ANSWER = 20 * 1024 * 1024


def post(address, key, fields, path, name, mimetype, seconds):
    """Send a file as a form.

    :param str address: where to
    :param str key: sent as bearer token, unless it is empty
    :param dict fields: of the form, besides `file`
    :param str path: the file
    :param str name: how it is called there
    :param str mimetype: what it is
    :param float seconds: to wait for an answer
    :return tuple: status and body of the answer
    :raise TranscriptionError: `timeout`, `endpoint_down` or `endpoint_nonsense`
    """
    try:
        with open(path, "rb") as file:
            response = requests.post(
                address,
                headers={"Authorization": f"Bearer {key}"} if key else {},
                data=fields,
                files={"file": (name, file, mimetype)},
                timeout=seconds,
                stream=True,
                allow_redirects=False,  # key and talk go where they were told to
            )
        with response:
            return response.status_code, _read(response)
    except requests.Timeout:
        raise TranscriptionError("timeout", retry=True)
    except requests.RequestException as error:
        raise TranscriptionError("endpoint_down", retry=True, reason=_reason(error))


def _read(response):
    """The answer, as far as is sensible."""
    body = b""
    for data in response.iter_content(65536):
        body += data
        if len(body) > LARGEST_ANSWER:
            raise TranscriptionError("endpoint_nonsense", retry=False, answer="…")
    return body


def _reason(error):
    """What went wrong, without the address, in which a person may have typed a password."""
    inner = error
    while inner.args and isinstance(inner.args[0], BaseException):
        inner = inner.args[0]
    return type(getattr(inner, "reason", None) or inner).__name__
