# Part of ar_collect. License LGPL-3.
"""From a recording to timed sentences.

Pure Python, nothing of Odoo in it: this package also runs in processes of its own, where a model
that hangs, crashes or eats the memory harms nothing. An engine is a class with the interface of
:class:`~.base.Engine`; a company chooses one by its key in :data:`ENGINES`.
"""

from .base import Engine, Options, Result, Segment, TranscriptionError
from .endpoint import EndpointEngine
from .local import LocalEngine
from .preparation import Preparation, prepare

#: Engines by the key that the settings keep.
ENGINES = {engine.key: engine for engine in (LocalEngine(), EndpointEngine())}
