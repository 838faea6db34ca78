# Part of ar_collect. License LGPL-3.
from odoo import api, models

#: What core's mails carry along to open the talk they are from.
CARRIED = ("hash", "pid", "token")


class ArCollectThread(models.AbstractModel):
    """Talk with customers that they reach by login or by our own links alone."""

    _name = "ar.collect.thread"
    _description = "Talk with Customers"
    _inherit = ["mail.thread"]

    # === BUSINESS METHODS === #

    @api.model
    def _get_thread_with_access(self, thread_id, **access):
        """Override of `portal`: what a mail carries along opens no talk.

        Such a token never ends and knows no purpose. Whoever gets the mail passed on would read
        what was said to others, and write in the name of the customer. Our own links can expire,
        be withdrawn, and ask for a code.
        """
        access = {name: value for name, value in access.items() if name not in CARRIED}
        return super()._get_thread_with_access(thread_id, **access)
