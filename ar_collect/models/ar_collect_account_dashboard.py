# Part of ar_collect. License LGPL-3.
"""The figures above the worklist, and the journal items behind every figure."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

#: Days past due of the overdue buckets: first and last day.
BUCKET_DAYS = {"1_30": (1, 30), "31_60": (31, 60), "61_90": (61, 90), "91_plus": (91, None)}
#: Amounts shown above the list.
KPI_AMOUNTS = ("amount_overdue", "amount_chasable", "amount_promised", "amount_disputed")


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # the few rows behind the counters above the list
    _promised_idx = models.Index("(company_id, acting_user_id) WHERE amount_promised > 0")
    _disputed_idx = models.Index("(company_id, acting_user_id) WHERE amount_disputed > 0")
    _contacted_idx = models.Index("(last_contact_date) WHERE last_contact_date IS NOT NULL")

    # === COMPUTE METHODS === #

    @api.model
    def get_empty_list_help(self, help_message):
        """Override of `web` to say below an empty worklist what comes next."""
        coming = self.has_access("read") and self._get_coming_sentence()
        if not coming:
            return help_message
        return Markup("%s<p>%s</p>") % (Markup(help_message or ""), coming)

    # === ACTION METHODS === #

    @api.model
    def retrieve_dashboard(self):
        """The figures above the list, of the companies worked in, all customers and own ones.

        The number of queries does not depend on the number of customers or companies.

        :return: {all: figures, mine: figures, problems: [{text, model, id}]}; figures are {amounts: {name:
            [{currency_id, amount}]}, promised, disputed, to_do, done}
        :rtype: dict
        """
        self.browse().check_access("read")
        groups = self._get_kpi_groups()
        amounts = self._get_kpi_amounts()
        return {
            "all": self._get_kpi_figures(groups, amounts, lambda user: True),
            "mine": self._get_kpi_figures(groups, amounts, lambda user: user == self.env.user),
            "problems": self._get_kpi_problems(),
        }

    def action_open_items(self, figure="balance"):
        """Open the journal items that a figure of this customer is the sum of.

        :param str figure: balance, credit, overdue, excluded, chasable or a bucket of the aging
        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self._get_figure_label(figure),
            "res_model": "account.move.line",
            "views": [
                (self.env.ref("ar_collect.account_move_line_view_list_collect").id, "list"),
                (False, "form"),
            ],
            "domain": list(self._get_figure_domain(figure)),
            "context": {"create": False, "edit": False, "delete": False},
        }

    def action_open_page(self):
        """Open the customer's collection account."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.partner_id.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    # --- figures of a customer

    def _get_figure_label(self, figure):
        name = f"amount_{figure}"
        label = self.fields_get([name])[name]["string"]
        return f"{self.partner_id.display_name}: {label}"

    def _get_figure_domain(self, figure):
        """The journal items that add up to a figure; promises and disputes aside.

        :rtype: Domain
        """
        lines = self.env["account.move.line"]
        today = self.company_id._get_collect_today()
        late = lines._get_collect_late_domain(today)
        excluded = lines._get_collect_excluded_domain()
        idle_credit = Domain("amount_residual", "<", 0) & lines._get_collect_idle_domain()
        credit = Domain("amount_residual", "<", 0)
        match figure:
            case "balance":
                domain = Domain.TRUE
            case "credit":
                domain = credit
            case "overdue":
                domain = late
            case "excluded":
                domain = late & excluded | idle_credit
            case "chasable":
                domain = late & ~excluded | credit & ~lines._get_collect_idle_domain()
            case "not_due":
                domain = Domain("amount_residual", ">", 0) & ~late
            case _:
                domain = lines._get_collect_late_domain(today, *BUCKET_DAYS[figure])
        return lines._get_collect_open_domain(self.partner_id, self.company_id) & domain

    # --- figures of a company

    @api.model
    def _get_kpi_domain(self):
        return Domain("company_id", "in", self.env.companies.ids)

    @api.model
    def _get_kpi_groups(self):
        """The counters, each as a list of (acting user, number of customers)."""
        here = self._get_kpi_domain()
        chased = here & Domain("state", "=", "to_chase")
        contacted = self._get_today_domain(lambda today: Domain("last_contact_date", "=", today))
        due = self._get_today_domain(self._get_due_domain)
        return {
            name: self._read_group(domain, ["acting_user_id"], ["__count"])
            for name, domain in {
                "promised": here & Domain("amount_promised", ">", 0),
                "disputed": here & Domain("amount_disputed", ">", 0),
                "to_do": chased & due & ~contacted,
                "done": here & contacted,
            }.items()
        }

    @api.model
    def _get_today_domain(self, domain_of):
        """A condition on today, which is another day in companies elsewhere.

        :param domain_of: function of a date that gives a domain
        :rtype: Domain
        """
        today = self.env["ar.collect.refresh.status"]._get_today(self.env.companies)
        return Domain.OR(
            Domain("company_id", "in", [key for key, value in today.items() if value == day])
            & domain_of(day)
            for day in sorted(set(today.values()))
        )

    @api.model
    def _get_due_domain(self, today):
        """Customers whose next action is due, or not planned."""
        return Domain("next_action_date", "=", False) | Domain("next_action_date", "<=", today)

    @api.model
    def _get_kpi_amounts(self):
        """The amounts as a list of (acting user, currency, *sums)."""
        return self._read_group(
            self._get_kpi_domain() & Domain("amount_overdue", ">", 0),
            ["acting_user_id", "currency_id"],
            [f"{name}:sum" for name in KPI_AMOUNTS],
        )

    @api.model
    def _get_kpi_figures(self, groups, amounts, belongs):
        """One row of figures, currencies apart.

        :param dict groups: see :meth:`_get_kpi_groups`
        :param list amounts: see :meth:`_get_kpi_amounts`
        :param belongs: function of a user, whether the customers of that one count
        """
        sums = {name: {} for name in KPI_AMOUNTS}
        for user, currency, *values in amounts:
            if belongs(user):
                for name, value in zip(KPI_AMOUNTS, values, strict=True):
                    sums[name][currency.id] = sums[name].get(currency.id, 0) + value
        own = self.env.company.currency_id.id
        figures = {
            name: sum(count for user, count in rows if belongs(user))
            for name, rows in groups.items()
        }
        figures["amounts"] = {
            name: [
                {"currency_id": currency_id, "amount": amount}
                # the company worked in comes first
                for currency_id, amount in sorted(
                    (by_currency or {own: 0}).items(), key=lambda item: (item[0] != own, item[0])
                )
                if amount or currency_id == own or not by_currency
            ]
            for name, by_currency in sums.items()
        }
        return figures

    @api.model
    def _get_kpi_problems(self):
        """What a manager should mend, in words."""
        if not self.env.user.has_group("ar_collect.group_manager"):
            return []
        statuses = self.env["ar.collect.refresh.status"].search(
            [("company_id", "in", self.env.companies.ids), ("problem", "!=", False)]
        )
        rules = self.env["ar.collect.priority.rule"].search([("problem", "!=", False)])
        return [
            {"text": record.problem, "model": record._name, "id": record.id}
            for record in [*statuses, *rules]
        ]

    @api.model
    def _get_coming_sentence(self):
        """What is planned for tomorrow, in words; nothing when nothing is."""
        tomorrow = fields.Date.add(fields.Date.context_today(self), days=1)
        here = self._get_kpi_domain()
        actions = self.search_count(here & Domain("next_action_date", "=", tomorrow))
        promises = self.search_count(here & Domain("next_promise_date", "=", tomorrow))
        parts = []
        if promises:
            one = self.env._("1 promise")
            parts.append(one if promises == 1 else self.env._("%s promises", promises))
        if actions:
            one = self.env._("1 planned action")
            parts.append(one if actions == 1 else self.env._("%s planned actions", actions))
        return parts and self.env._("Due tomorrow: %s.", ", ".join(parts))
