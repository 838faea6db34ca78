# Part of ar_collect. License LGPL-3.
import hashlib
import os
import tempfile
from pathlib import Path

from odoo import api, models
from odoo.exceptions import AccessError

#: Their sound is read as their record is, never in another way.
RECORDINGS = ("ar.collect.recording", "ar.collect.recording.chunk")


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: the sound of a recording comes by its recorder only."""
        if not self.env.su and any(vals.get("res_model") in RECORDINGS for vals in vals_list):
            raise AccessError(self.env._("The audio of a recording cannot be changed."))
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recordings(self):
        """The sound of a recording goes with it, or when its time is over."""
        if not self.env.su and self._get_recordings():
            raise AccessError(self.env._("The audio of a recording cannot be changed."))

    def write(self, vals):
        """Override of `base`: a recording is not published, and not moved to where it would be."""
        if not self.env.su and self._get_recordings():
            raise AccessError(self.env._("The audio of a recording cannot be changed."))
        return super().write(vals)

    def _can_return_content(self, field_name=None, access_token=None):
        """Override of `base`: no token and no link leads to a recording."""
        if self._get_recordings():
            return False
        return super()._can_return_content(field_name, access_token)

    def _get_recordings(self):
        """Those of these attachments that are the sound of a recording."""
        attachments = self.sudo()  # sudo: what an attachment belongs to decides about the access
        return attachments.filtered(lambda attachment: attachment.res_model in RECORDINGS)

    # === BUSINESS METHODS === #

    @api.model
    def _create_from_parts(self, values, parts):
        """Make an attachment of a large file without having it in memory.

        :param dict values: of the attachment
        :param parts: iterable of bytes
        :rtype: ir.attachment
        """
        if self._storage() != "file":
            return self.create({**values, "raw": b"".join(parts)})
        attachment = self.create(values)
        # beside its place, so that it can be moved there in one step
        os.makedirs(self._filestore(), exist_ok=True)
        checksum = hashlib.sha1(usedforsecurity=False)
        with tempfile.NamedTemporaryFile(dir=self._filestore(), delete=False) as file:
            try:
                for part in parts:
                    checksum.update(part)
                    file.write(part)
                file.flush()
                attachment._take_file(file.name, checksum.hexdigest())
            finally:
                Path(file.name).unlink(missing_ok=True)
        return attachment

    def _take_file(self, path, checksum):
        """Let an empty attachment have a file of the same disk as its content."""
        name = f"{checksum[:2]}/{checksum}"
        # not by `write`, which would want the content
        models.BaseModel.write(
            self.sudo(),  # sudo: storage fields; the caller has created the attachment
            {
                "store_fname": name,
                "checksum": checksum,
                "file_size": os.path.getsize(path),
                "db_datas": False,
            },
        )
        # before the file is there: the garbage collection waits for the end of the transaction
        self.flush_recordset()
        target = Path(self._full_path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        self._mark_for_gc(name)
        if not target.exists():
            Path(path).chmod(0o644)
            os.replace(path, target)


class IrBinary(models.AbstractModel):
    _inherit = "ir.binary"

    def _find_record(
        self, xmlid=None, res_model="ir.attachment", res_id=None, access_token=None, field=None
    ):
        """Override of `base`: no token stands in for the access to a recording."""
        if access_token and (res_model in RECORDINGS or self._is_recording(res_model, res_id)):
            access_token = None
        return super()._find_record(xmlid, res_model, res_id, access_token, field)

    def _is_recording(self, res_model, res_id):
        """Whether this is an attachment with the sound of a recording."""
        attachments = self.env["ir.attachment"]
        return res_model == attachments._name and bool(
            attachments.browse(res_id).exists()._get_recordings()
        )
