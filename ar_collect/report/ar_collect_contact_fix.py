# Part of ar_collect. License LGPL-3.
"""Contacts that something is wrong with, ordered by the money behind them."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..models import contact_health
from ..tools.phone import ENOUGH_DIGITS

#: Problems in the order of their numbers, which are part of the id of a row.
PROBLEMS = [
    ("left", "Has Left?"),
    ("bounced", "E-mail Bounced"),
    ("wrong_number", "Wrong Number"),
    ("missing", "No Details"),
    ("nobody", "Nobody to Reach"),
    ("double", "Twice There"),
    ("no_answer", "Never Answered"),
    ("found", "Details Found"),
]
#: Ids are unique while there are fewer companies than this.
COMPANIES = 100_000


class ArCollectContactFix(models.Model):
    """A row for each problem of each contact of a customer, in each company that collects there.

    A problem that somebody dismissed comes back when what it is about changes: another number,
    one more bounce.
    """

    _name = "ar.collect.contact.fix"
    _description = "Contact to Fix"
    _auto = False
    _order = "amount_overdue DESC, amount_balance DESC, id"
    _rec_name = "partner_id"
    _depends = {
        "ar.collect.account": ["partner_id", "company_id", "user_id", "amount_overdue"],
        "ar.collect.contact.hint": ["account_id", "partner_id", "kind", "quote", "state"],
        "ar.collect.contact.dismissal": ["account_id", "partner_id", "problem", "fact"],
        "ar.collect.activity": ["partner_id", "channel", "direction", "date", "is_contact"],
        "mail.blacklist": ["email", "active"],
        "res.partner": [
            *("active", "type", "phone", "email", "name", "is_company", "message_bounce"),
            *("commercial_partner_id", "collect_left_date", "collect_wrong_number_date"),
            "collect_phone_date",
        ],
    }

    account_id = fields.Many2one(comodel_name="ar.collect.account", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    customer_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    partner_id = fields.Many2one(comodel_name="res.partner", string="Contact", readonly=True)
    contact_name = fields.Char(related="partner_id.collect_name")
    user_id = fields.Many2one(comodel_name="res.users", string="Collector", readonly=True)
    problem = fields.Selection(PROBLEMS, readonly=True)
    detail = fields.Char(readonly=True, help="The address, the number, or what was said.")
    fact = fields.Char(readonly=True)
    twin_id = fields.Many2one(
        comodel_name="res.partner",
        string="Same As",
        readonly=True,
        help="Another contact of the customer with the same address; or with the same number, when"
        " the name is the same or one of the two has no e-mail.",
    )
    hint_id = fields.Many2one(comodel_name="ar.collect.contact.hint", readonly=True)
    is_dismissed = fields.Boolean(
        string="Dismissed", readonly=True, help="Somebody has looked at it and leaves it."
    )
    # not summed up: a customer stands here as often as something is wrong there
    amount_overdue = fields.Monetary(
        string="Overdue",
        readonly=True,
        aggregator=None,
        help="Of the customer, in company currency.",
    )
    amount_balance = fields.Monetary(
        string="Balance",
        readonly=True,
        aggregator=None,
        help="Of the customer, in company currency.",
    )

    # === ACTION METHODS === #

    def action_fix(self):
        """Do what helps: apply what was said, merge doubles, or open the contact to change it.

        :return: client action, False when nothing is left to do
        :rtype: dict | bool
        """
        self.ensure_one()
        self.account_id.check_access("write")
        if self.hint_id:
            return self._apply_hint()
        if self.problem == "double":
            return self._get_merge_action()
        if self.problem == "nobody":
            return self.account_id.action_new_contact()
        return self.account_id._get_contact_form(self.partner_id)

    def action_ask(self):
        """Ask the customer whether the contacts are right."""
        self.ensure_one()
        return self.account_id.action_ask_contacts()

    def action_dismiss(self):
        """Leave these as they are, until what they are about changes."""
        for row in self.filtered(lambda row: not row.is_dismissed):
            row.account_id.check_access("write")
            self.env["ar.collect.contact.dismissal"].sudo().create(  # sudo: checked on the account
                {
                    "account_id": row.account_id.id,
                    "partner_id": row.partner_id.id,
                    "problem": row.problem,
                    "fact": row.fact,
                }
            )
        self.invalidate_model()

    def action_undo(self):
        """Show again what was dismissed."""
        for row in self.filtered("is_dismissed"):
            row.account_id.check_access("write")
            dismissals = self.env["ar.collect.contact.dismissal"].sudo()  # sudo: see above
            dismissals.search(
                [
                    ("account_id", "=", row.account_id.id),
                    ("partner_id", "=", row.partner_id.id),
                    ("problem", "=", row.problem),
                ]
            ).unlink()
        self.invalidate_model()

    def action_open_account(self):
        """Open the customer.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "ar.collect.account",
            "res_id": self.account_id.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    def _apply_hint(self):
        """Apply what was said; when it names somebody else, open the form to add that contact."""
        hint, account = self.hint_id, self.account_id
        hint.action_apply()
        self.invalidate_model()
        other = hint.proposed or {}
        if hint.kind != "left" or not other:
            return False
        form = account._get_contact_form(self.env["res.partner"])
        form["context"] |= {f"default_{name}": value for name, value in other.items()}
        return form

    def _get_merge_action(self):
        """The dialog that merges doubles, of who may do so.

        :raise UserError: without the right to merge contacts
        """
        wizard = self.env["base.partner.merge.automatic.wizard"]
        if not wizard.has_access("create"):
            raise UserError(
                self.env._(
                    "Merging contacts needs the right to do so. Ask who looks after the address"
                    " book, or dismiss it when both are right."
                )
            )
        partners = self.partner_id | self.twin_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge Contacts"),
            "res_model": wizard._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {"active_model": "res.partner", "active_ids": partners.ids},
        }

    @property
    def _table_query(self):
        """A row for each problem, see :data:`PROBLEMS`.

        :rtype: SQL
        """
        return SQL(
            """
            WITH contact AS (%(contacts)s),
            problem (partner_id, account_id, problem, detail, fact, twin_id, hint_id) AS (
                %(problems)s
            )
            SELECT (problem.partner_id::int8 * %(companies)s + account.company_id) * 8
                   + ARRAY_POSITION(%(names)s, problem.problem) - 1 AS id,
                   account.id AS account_id, account.company_id, account.partner_id AS customer_id,
                   problem.partner_id, account.user_id, problem.problem, problem.detail,
                   problem.fact, problem.twin_id, problem.hint_id,
                   account.amount_overdue, account.amount_balance,
                   EXISTS (SELECT FROM ar_collect_contact_dismissal dismissal
                            WHERE dismissal.account_id = account.id
                              AND dismissal.partner_id = problem.partner_id
                              AND dismissal.problem = problem.problem
                              AND COALESCE(dismissal.fact, '') = COALESCE(problem.fact, '')
                   ) AS is_dismissed
              FROM problem
              JOIN ar_collect_account account ON account.id = problem.account_id
            """,
            contacts=self._get_contacts(),
            problems=SQL(" UNION ALL ").join(
                [self._get_hints(), self._get_unhealthy(), self._get_nobody(), self._get_doubles()]
            ),
            companies=COMPANIES,
            names=[name for name, _label in PROBLEMS],
        )

    @api.model
    def _get_contacts(self):
        """Query of the contacts of the customers with open items: who has left needs no help."""
        return SQL(
            """
            SELECT account.id AS account_id, partner.id, partner.commercial_partner_id,
                   partner.type, partner.is_company, partner.phone, partner.email,
                   partner.email_normalized, COALESCE(partner.message_bounce, 0) AS bounces,
                   partner.collect_wrong_number_date, LOWER(TRIM(partner.name)) AS name,
                   -- as national_digits of tools/phone.py
                   NULLIF(LTRIM(REGEXP_REPLACE(COALESCE(partner.phone, ''),
                                               '\\(0\\)|[^0-9]', '', 'g'), '0'), '') AS digits,
                   log.attempts, %(unanswered)s AS unanswered,
                   %(can_mail)s OR %(can_call)s AS can_be_reached
              FROM ar_collect_account account
              JOIN res_partner partner ON partner.commercial_partner_id = account.partner_id
              LEFT JOIN LATERAL (%(calls)s) AS log ON TRUE
             WHERE partner.active AND partner.collect_left_date IS NULL
               AND account.amount_balance != 0
               AND partner.type IS DISTINCT FROM 'delivery'
            """,
            unanswered=contact_health.is_unanswered(),
            calls=contact_health.calls(SQL("partner")),
            can_mail=contact_health.can_mail(SQL("partner")),
            can_call=contact_health.can_call(SQL("partner")),
        )

    @api.model
    def _get_hints(self):
        """Query of what mails and other sources say; of what was found, the details as well."""
        return SQL(
            """
            SELECT hint.partner_id, hint.account_id, hint.kind,
                   CONCAT_WS(': ', hint.quote, details.text), hint.id::text,
                   NULL::int4, hint.id
              FROM ar_collect_contact_hint hint
              LEFT JOIN LATERAL (
                   SELECT STRING_AGG(found.value, ', ' ORDER BY found.key DESC) AS text
                     FROM JSONB_EACH_TEXT(hint.proposed) AS found
                    WHERE hint.kind = 'found') AS details ON TRUE
              JOIN res_partner partner ON partner.id = hint.partner_id AND partner.active
             WHERE hint.state = 'open'
               AND (hint.kind != 'left' OR partner.collect_left_date IS NULL)
            """
        )

    @api.model
    def _get_unhealthy(self):
        """Query of what is known of addresses and numbers; one row for each that is wrong."""
        return SQL(
            """
            SELECT contact.id, contact.account_id, found.problem, found.detail, found.fact,
                   NULL::int4, NULL::int4
              FROM contact
             CROSS JOIN LATERAL (VALUES
                   (contact.bounces > 0, 'bounced', contact.email,
                    contact.email_normalized || '/' || contact.bounces),
                   (contact.collect_wrong_number_date IS NOT NULL, 'wrong_number', contact.phone,
                    contact.phone || '/' || contact.collect_wrong_number_date),
                   (contact.digits IS NULL AND COALESCE(contact.email, '') = ''
                    AND NOT contact.is_company AND COALESCE(contact.type, 'contact') IN ('contact', 'invoice'),
                    'missing', NULL, NULL),
                   (contact.unanswered, 'no_answer', contact.phone, contact.phone)
                   ) AS found (holds, problem, detail, fact)
             WHERE found.holds
            """
        )

    @api.model
    def _get_nobody(self):
        """Query of customers where no contact can be called or written to."""
        return SQL(
            """
            SELECT account.partner_id, account.id, 'nobody', NULL, NULL, NULL::int4, NULL::int4
              FROM ar_collect_account account
             WHERE account.amount_balance != 0
               AND NOT EXISTS (SELECT FROM contact
                                WHERE contact.account_id = account.id AND contact.can_be_reached)
            """
        )

    @api.model
    def _get_doubles(self):
        """Query of contacts that are there twice, each but the first with that one.

        The company itself is no double of the person who reads its mail.
        """
        return SQL(
            """
            SELECT contact.id, contact.account_id, 'double',
                   CASE WHEN MIN(twin.id) FILTER (WHERE %(same_mail)s) IS NULL
                        THEN contact.phone ELSE contact.email END,
                   MIN(twin.id)::text, MIN(twin.id), NULL::int4
              FROM contact
              JOIN contact twin ON twin.account_id = contact.account_id AND twin.id < contact.id
             WHERE contact.id != contact.commercial_partner_id
               AND twin.id != twin.commercial_partner_id
               AND (%(same_mail)s
                    OR %(same_phone)s
                       AND (twin.name = contact.name OR COALESCE(twin.email, '') = ''
                            OR COALESCE(contact.email, '') = ''))
             GROUP BY contact.id, contact.account_id, contact.phone, contact.email
            """,
            same_mail=SQL("twin.email_normalized = contact.email_normalized"),
            same_phone=self._get_same_phone(),
        )

    @api.model
    def _get_same_phone(self):
        """SQL condition: the same number, with or without the country's prefix.

        As :func:`~odoo.addons.ar_collect.tools.phone.same_number`.
        """
        return SQL(
            """
            (twin.digits = contact.digits
             OR LEAST(LENGTH(twin.digits), LENGTH(contact.digits)) >= %(enough)s
                AND (RIGHT(twin.digits, LENGTH(contact.digits)) = contact.digits
                     OR RIGHT(contact.digits, LENGTH(twin.digits)) = twin.digits))
            """,
            enough=ENOUGH_DIGITS,
        )
