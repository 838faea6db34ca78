# Part of ar_collect. License LGPL-3.
from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from ..models.ar_collect_recording_upload import LARGEST_CHUNK

#: What a form needs around a part of a recording.
FORM_BYTES = 64 * 1024


class RecordingController(http.Controller):
    @http.route(
        "/ar_collect/recording/<int:recording_id>/chunk",
        type="http",
        auth="user",
        methods=["POST"],
        max_content_length=LARGEST_CHUNK + FORM_BYTES,
    )
    def chunk(self, recording_id, sequence=None, data=None, **_params):
        """Take a part of a recording; the same part may come again.

        :param int recording_id: of `ar.collect.recording`
        :param str sequence: number of the part
        :param data: the part as a file
        :return: `{}`, or with a status of 4xx `{error}`: another try would be no better
        """
        recording = request.env["ar.collect.recording"].browse(recording_id)
        try:
            if not data or not (sequence or "").isdecimal():
                raise UserError(request.env._("A part of a recording has a number and data."))
            recording._add_chunk(int(sequence), data.read())
        except AccessError as error:
            return self._refuse(error, 403)
        except MissingError as error:
            return self._refuse(error, 404)
        except UserError as error:
            return self._refuse(error, 422)
        return request.make_json_response({})

    @http.route(
        "/ar_collect/recording/<int:recording_id>/audio",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def audio(self, recording_id, **_params):
        """Play a recording, from any second on: the player asks for ranges of bytes."""
        recording = request.env["ar.collect.recording"].browse(recording_id).exists()
        try:
            recording.check_access("read")
            stream = request.env["ir.binary"]._get_stream_from(
                recording, "audio", filename=recording.filename, mimetype=recording.mimetype
            )
        except (AccessError, MissingError, UserError):
            # whether there is one is nobody's business
            raise request.not_found()
        return stream.get_response(as_attachment=False)

    @staticmethod
    def _refuse(error, status):
        """Answer with the reason; nothing of the request stays."""
        request.env.cr.rollback()
        return request.make_json_response({"error": str(error)}, status=status)
