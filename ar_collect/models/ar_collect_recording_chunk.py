# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ArCollectRecordingChunk(models.Model):
    """A part of a recording that has arrived while the others may be under way."""

    _name = "ar.collect.recording.chunk"
    _description = "Part of a Call Recording"
    _order = "recording_id, sequence"

    recording_id = fields.Many2one(
        comodel_name="ar.collect.recording", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(required=True, help="From 0 on, without gaps.")
    data = fields.Binary(attachment=True, required=True)
    size = fields.Integer(string="Bytes", required=True)
    checksum = fields.Char(required=True, help="SHA-1 of the data.")

    arrived = fields.Datetime(required=True, default=fields.Datetime.now)

    _once = models.Constraint(
        "UNIQUE (recording_id, sequence)", "This part of the recording has arrived already."
    )
