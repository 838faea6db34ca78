# Part of ar_collect. License LGPL-3.
"""From one customer's call page to the next, past those that a colleague has open."""

from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.schedule import from_wall

#: How many rows of the worklist are looked at to find one that no colleague has open.
LOOK_AHEAD = 50


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    def keep_call_page(self):
        """Say that the page is still open.

        :return: name of the colleague who has it open in the meantime; False: nobody has
        :rtype: str | bool
        """
        self.ensure_one()
        self.check_access("write")
        return self._claim_page().name or False

    def leave_call_page(self):
        """Say that the page is closed."""
        self.ensure_one()
        self.check_access("read")
        # sudo: who holds which page is kept by the system alone
        self.env["ar.collect.call.lock"].sudo()._release(self)  # sudo: see above

    @api.model
    def get_next_call(self, current_id=False, domain=None, rank=None):
        """The next customer of the user's worklist, and who was passed over for a colleague.

        :param int|bool current_id: the customer the user comes from
        :param list|None rank: priority and amount to chase that the customer had when the user
            opened its page; None: as they are now
        :param list|None domain: of the list the user works on; None: the user's worklist of today
        :return: {account_id: int or False, skipped: [{name, colleague}]}
        :rtype: dict
        """
        candidates = self._get_call_candidates(current_id, domain, rank)
        locks = self.env["ar.collect.call.lock"].sudo()  # sudo: a colleague is told by name alone
        holders = locks._get_holders(candidates)
        skipped = []
        for account in candidates:
            # taken at once: two who press the button together do not get the same customer
            holder = holders.get(account.id) or account._claim_if_worked_on()
            if not holder:
                return {"account_id": account.id, "skipped": skipped}
            skipped.append(
                {
                    "name": account.partner_id.display_name,
                    "colleague": holder.name,
                }
            )
        return {"account_id": False, "skipped": skipped}

    # --- the worklist behind "next"

    @api.model
    def _get_call_domain(self):
        """The user's worklist of today: whom to chase, next action due, not turned to yet.

        Without a customer of one's own: those of nobody.
        """
        today = fields.Date.context_today(self)
        zone = ZoneInfo(self.env.tz.zone)
        start = from_wall(today, 0, zone).replace(tzinfo=None)
        domain = Domain(
            [
                ("state", "=", "to_chase"),
                "|",
                ("next_action_date", "=", False),
                ("next_action_date", "<=", today),
                # in the user's day, which need not be the company's; what came in by itself, and
                # nobody has answered, is no reason to leave them alone
                ("log_ids", "not any", [("user_id", "!=", False), ("date", ">=", start)]),
            ]
        )
        mine = Domain("acting_user_id", "=", self.env.uid)
        if not self.search_count(mine, limit=1):
            mine = Domain("user_id", "=", False)
        return domain & mine

    @api.model
    def _get_call_candidates(self, current_id, domain, rank=None):
        """The customers below the present one, then those above it, in the order of the ranks."""
        wanted = self._get_call_domain() if domain is None else Domain(domain)
        current = self.browse(current_id).exists()
        wanted &= Domain("id", "!=", current.id)
        if not current:
            return self.search(wanted, limit=LOOK_AHEAD)
        below = self.search(wanted & current._get_below_domain(rank), limit=LOOK_AHEAD)
        return below | self.search(wanted, limit=LOOK_AHEAD)

    def _get_below_domain(self, rank=None):
        """The rows that rank below this one.

        :param list|None rank: its priority and amount to chase; None: as they are now
        :rtype: Domain
        """
        self.ensure_one()
        priority, amount = rank or (self.priority, self.amount_chasable)
        same = Domain("priority", "=", priority)
        equal = same & Domain("amount_chasable", "=", amount)
        return (
            Domain("priority", "<", priority)
            | (same & Domain("amount_chasable", "<", amount))
            | (equal & Domain("id", ">", self.id))
        )

    def _get_call_position(self):
        """Where this customer stands in the user's worklist of today.

        :return: {index: int, from 1; 0 when it is not in it, count: int}
        :rtype: dict
        """
        domain = self._get_call_domain()
        count = self.search_count(domain)
        below = self.search_count(domain & self._get_below_domain())
        # not by filtering here: that reads everything that was ever logged
        is_in = self.search_count(domain & Domain("id", "=", self.id))
        return {"index": count - below if is_in else 0, "count": count}

    def _claim_if_worked_on(self):
        """Claim the page, for who may work on the customer; a reader keeps nobody away.

        :return: the colleague who has it open
        :rtype: recordset of `res.users`
        """
        return self._claim_page() if self.has_access("write") else self.env["res.users"]

    def _claim_page(self):
        # sudo: see leave_call_page
        return self.env["ar.collect.call.lock"].sudo()._claim(self)  # sudo: see above
