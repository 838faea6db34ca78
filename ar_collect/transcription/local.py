# Part of ar_collect. License LGPL-3.
"""The engine on this machine: nothing leaves it."""

import importlib.util

from .base import DECODER_PACKAGE, SPEECH_PACKAGE
from .worker_engine import WorkerEngine


class LocalEngine(WorkerEngine):
    """A small model of English."""

    key = "local"
    languages = ("en",)
    #: What :func:`.worker.transcribe` loads the recogniser with.
    loader = "transcription.moonshine:load"

    def missing(self, options):
        """Override to name the packages that are not installed."""
        packages = (("moonshine_voice", SPEECH_PACKAGE), ("av", DECODER_PACKAGE))
        return [
            ("package", package)
            for module, package in packages
            if importlib.util.find_spec(module) is None
        ]

    def _get_request(self, language, options):
        return {"work": "transcribe", "loader": self.loader}
