# Part of ar_collect. License LGPL-3.
import tempfile

from werkzeug.wsgi import wrap_file

from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import Response, content_disposition, request

from ..wizard.ar_collect_evidence_ask import KINDS


class EvidenceController(http.Controller):
    @http.route(
        "/ar_collect/evidence/<string:kind>/<int:record_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=False,
    )
    def evidence(self, kind, record_id, internal=None, lang=None, **_params):
        """The evidence file of a customer or a dispute, for collectors who may read it.

        :param str kind: see :data:`KINDS`
        :param str internal: 1 with internal notes
        :param str lang: code of an installed language
        """
        if kind not in KINDS:
            raise request.not_found()
        if lang in dict(request.env["res.lang"].get_installed()):
            request.update_context(lang=lang)
        record = request.env[KINDS[kind]].browse(record_id)
        # a file without a name: it goes when the answer is sent, or breaks off
        file = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it)
        try:
            record.exists().check_access("read")
            record._write_evidence(file, internal=internal == "1")
        except (AccessError, MissingError):
            # whether there is one is nobody's business
            raise request.not_found()
        return self._send(file, record._get_evidence_filename())

    def _send(self, file, name):
        """Answer with a file, piece by piece."""
        size = file.tell()
        file.seek(0)
        return Response(
            wrap_file(request.httprequest.environ, file),
            headers=[
                ("Content-Type", "application/zip"),
                ("Content-Length", size),
                ("Content-Disposition", content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "no-store"),
            ],
            direct_passthrough=True,
        )
