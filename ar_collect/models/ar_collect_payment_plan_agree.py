# Part of ar_collect. License LGPL-3.
"""What becomes of a payment plan: agreed, paused, negotiated anew, cancelled."""

from datetime import timedelta

from markupsafe import Markup

from odoo import Command, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from .ar_collect_claim import LATER
from .inner_context import INNER


class ArCollectPaymentPlan(models.Model):
    _inherit = "ar.collect.payment.plan"

    # === ACTION METHODS === #

    def action_agree(self):
        """The customer has agreed: each instalment is a promise from now on."""
        self.check_access("write")
        for plan in self:
            plan._agree()

    def action_pause(self):
        """No deadline passes until the plan is resumed."""
        self.check_access("write")
        self._check_state("active")
        for company, plans in self.sudo().grouped("company_id").items():  # sudo: by the button
            plans.paused_on = company._get_collect_today()
            plans.state = "paused"
        self._note_on_account("paused")

    def action_resume(self):
        """The instalments that are left go on, later by as many days as the pause was long."""
        self.check_access("write")
        self._check_state("paused")
        # sudo: what was agreed is changed by the buttons only
        self.sudo().with_context(**{LATER: INNER})._resume()  # sudo: see above
        self._apply()

    def action_renegotiate(self):
        """Propose a new plan for what is left; when it is agreed, it takes the place of this one.

        :return: window action of the proposal
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        self._check_state("active", "paused", "broken")
        proposals = self.replaced_by_ids.filtered(lambda plan: plan.state == "draft")
        proposal = proposals[:1] or self._propose_rest()
        return {
            "type": "ir.actions.act_window",
            "name": proposal.name,
            "res_model": self._name,
            "res_id": proposal.id,
            "views": [(False, "form")],
        }

    def action_cancel(self):
        """End plans without another agreement: what is left is chased again."""
        self.check_access("write")
        self._check_state("draft", "active", "paused", "broken")
        plans = self.sudo().with_context(**{LATER: INNER})  # sudo: by the button
        plans.filtered("date_agreed")._finish("cancelled")
        plans.state = "cancelled"
        self._apply()
        self._note_on_account("cancelled")

    # === BUSINESS METHODS === #

    def _accept(self, name, signature, channel="portal"):
        """The customer signs a proposal, which is agreed thereby.

        :param str name: of who signs
        :param str|bytes signature: image in base64
        :param str channel: how it came
        :raise UserError: when it is no proposal any more
        :raise ValidationError: without name or signature, or when it cannot be agreed as it is
        """
        self.ensure_one()
        self._check_state("draft")
        if not (name and name.strip() and signature):
            raise ValidationError(self.env._("Sign with your name and your signature."))
        plan = self.sudo()  # sudo: who accepts has been identified by the caller
        plan.write(
            {"signed_by": name.strip(), "signed_on": fields.Datetime.now(), "signature": signature}
        )
        plan._agree(channel)

    def _check_state(self, *states):
        """Refuse what cannot be done in this state of the plans.

        :param str states: in which it can
        :raise UserError: naming the plan and its state
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        for plan in self:
            if plan.state not in states:
                raise UserError(
                    self.env._(
                        "%(plan)s is %(state)s: this cannot be done any more.",
                        plan=plan.name,
                        state=labels[plan.state],
                    )
                )

    # --- agreed

    def _agree(self, channel="call"):
        """See :meth:`action_agree`.

        :param str channel: how it was agreed
        """
        self.ensure_one()
        self._check_state("draft")
        plan = self.sudo().with_context(**{LATER: INNER})  # sudo: state and promises by the button
        plan.account_id._take_turns()
        plan._check_agreeable()
        plan.replaces_id.filtered(lambda old: not old.ended_on)._replace()
        former = plan._end_promises()
        promises = plan._create_promises(channel)
        plan.write(
            {
                "state": "active",
                "date_agreed": promises[0].promised_on,
                "ledger_mark": promises[0].ledger_mark,
            }
        )
        former.replaced_by_id = promises[0]
        former._note_on_account("replaced")
        plan.flush_recordset()
        (self | self.sudo().replaces_id)._apply()  # sudo: see above
        self._note_on_account("agreed")

    def _check_agreeable(self):
        """Refuse what has changed since it was proposed: paid, overtaken, in another plan."""
        self._check_whole()
        self.item_ids._check_line()
        self.item_ids._check_free()
        first = min(self.instalment_ids.mapped("date"))
        if first < self.company_id._get_collect_today():
            raise ValidationError(
                self.env._(
                    "The first instalment, %s, is in the past: move the days.",
                    format_date(self.env, first),
                )
            )

    def _replace(self):
        """Another plan takes the place of these."""
        self._finish("replaced")
        self.item_ids.flush_recordset()  # their items are free now
        self._note_on_account("replaced")

    def _end_promises(self):
        """End the open promises of the items: their place is taken by the instalments.

        :rtype: recordset of `ar.collect.promise`
        """
        promises = self.env["ar.collect.promise"]
        if former := promises._get_open_on(self.item_ids.line_id.ids):
            former._judge()
            former = promises._get_open_on(self.item_ids.line_id.ids)
            former.write({"state": "replaced", "end_reason": "replaced"})
        return former

    def _create_promises(self, channel):
        """A promise for each instalment.

        :rtype: recordset of `ar.collect.promise`
        """
        promises = self.env["ar.collect.promise"].create(
            [
                {
                    "account_id": self.account_id.id,
                    "activity_id": self.activity_id.id,
                    "amount": line.amount,
                    "channel": channel,
                    "currency_id": self.currency_id.id,
                    "date_promised": line.date,
                    "partner_id": self.partner_id.id,
                    "plan_id": self.id,
                    "user_id": self.user_id.id,
                }
                for line in self.instalment_ids.sorted()
            ]
        )
        for line, promise in zip(self.instalment_ids.sorted(), promises, strict=True):
            line.promise_id = promise
        return promises

    # --- paused

    def _resume(self):
        """See :meth:`action_resume`; what had passed before the pause stays."""
        if self:
            self.promise_ids._judge()
        for plan in self:
            company = plan.company_id
            pause = company._get_collect_today() - plan.paused_on
            promises = plan.promise_ids.filtered(plan._is_waiting)
            for line in plan.instalment_ids:
                if line.promise_id in promises:
                    line.date += pause
                    line.promise_id.date_promised = line.date
            plan.write({"paused_on": False, "state": "active"})
            plan._note_resumed(pause.days)

    def _is_waiting(self, promise):
        """Whether an instalment was still to be paid when the pause began."""
        grace = timedelta(days=self.company_id.collect_promise_grace_days)
        paid = promise.state == "kept" and promise.date_kept < self.paused_on
        return promise.date_promised + grace >= self.paused_on and not paid

    def _note_resumed(self, days):
        """Tell both chatters by how many days the instalments have moved."""
        text = self.env._(
            "Payment plan resumed: %(plan)s. The instalments that are left are %(days)s days later.",
            plan=self.name,
            days=days,
        )
        body = Markup("<b>%s</b>") % text
        self.account_id._message_log_batch({self.account_id.id: body})
        self._message_log_batch({self.id: body})

    # --- ended by somebody

    def _finish(self, state):
        """End plans: what was paid up to now counts for them, and nothing from now on.

        :param str state: the one they end in
        """
        self.filtered("paused_on")._resume()
        mark = self.env["ar.collect.promise"]._get_ledger_mark()
        for company, plans in self.grouped("company_id").items():
            today = company._get_collect_today()
            plans.write({"state": state, "ended_on": today, "end_mark": mark})

    def _propose_rest(self):
        """A proposal for what is left of this plan, over the instalments that are left.

        :rtype: recordset of `ar.collect.payment.plan`
        :raise UserError: when nothing is left
        """
        rest = self._get_rest()
        if not rest:
            raise UserError(self.env._("Nothing is left to pay of %s.", self.name))
        today = self.company_id._get_collect_today()
        coming = self.instalment_ids.filtered(
            lambda line: line.state == "open" and line.date >= today
        )
        interval = "month" if self.interval == "dates" else self.interval
        values = {
            "account_id": self.account_id.id,
            "currency_id": self.currency_id.id,
            "date_first": coming[:1].date or fields.Date.add(today, days=7),
            "instalment_count": len(coming) or self.instalment_count,
            "interval": interval,
            "item_ids": [
                Command.create({"line_id": line.id, "amount": amount})
                for line, amount in rest.items()
            ],
            "missed_limit": self.missed_limit,
            "partner_id": self.partner_id.id,
            "replaces_id": self.id,
        }
        # sudo: only the button says which plan another one takes the place of
        return self.sudo().create(values).sudo(False)  # sudo: see above
