# Part of ar_collect. License LGPL-3.
"""Paying what was chosen: the amount is worked out and signed here, never taken from the browser."""

from odoo import http
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.http import request

from odoo.addons.payment.controllers.portal import PaymentPortal
from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing

from . import visitor as visitors
from .selection import read_selection
from .visitor import FORM, FORM_BYTES, PRIVATE, PUBLIC

#: What the payment form of core sends besides what is its own.
SENT_BY_FORM = ("payment_reference",)


class PortalPaymentController(PaymentPortal):
    @http.route("/my/receivables/<int:account_id>/pay", **PRIVATE, **FORM)
    def my_pay(self, account_id, **form):
        """How to pay what was chosen, for who is logged in."""
        return self._show_ways(visitors.enter(account_id), form)

    @http.route("/collections/statement/<string:token>/pay", **PUBLIC, **FORM)
    def pay_by_link(self, token, **form):
        """The same for whoever has the link."""
        return self._show_ways(visitors.enter_by_link(token), form)

    @http.route(
        "/my/receivables/<int:account_id>/transaction",
        type="jsonrpc",
        auth="user",
        website=True,
        max_content_length=FORM_BYTES,
    )
    def my_transaction(self, account_id, access_token=None, **kwargs):
        """Begin an online payment, for who is logged in."""
        return self._begin(visitors.enter(account_id), access_token, kwargs)

    @http.route(
        "/collections/statement/<string:token>/transaction",
        type="jsonrpc",
        auth="public",
        website=True,
        max_content_length=FORM_BYTES,
    )
    def transaction_by_link(self, token, access_token=None, **kwargs):
        """The same for whoever has the link."""
        return self._begin(visitors.enter_by_link(token), access_token, kwargs)

    @http.route("/my/receivables/<int:account_id>/paid", **PRIVATE, methods=["GET"])
    def my_paid(self, account_id, **_params):
        """Where the payment form leads to when it is over."""
        return self._tell_how_it_went(visitors.enter(account_id))

    @http.route("/collections/statement/<string:token>/paid", **PUBLIC, methods=["GET"])
    def paid_by_link(self, token, **_params):
        """The same for whoever has the link."""
        return self._tell_how_it_went(visitors.enter_by_link(token))

    # === THE PAGE === #

    def _show_ways(self, visitor, form):
        """What is to be paid, and how: online, by bank transfer, or with credits alone."""
        if request.httprequest.method == "POST":
            return self._use_credits(visitor, form)
        selection = read_selection(visitor, form)
        if not selection or not selection.items:
            return request.redirect(visitor.url(done="gone"), local=True)
        account, currency = visitor.account, selection.currency
        offer = account._get_portal_offer(
            selection.items,
            selection.block["credits"],
            currency,
            use_credits=form.get("credits") != "0",
            part=visitors.as_amount(form.get("amount"), currency),
        )
        communication = self._get_communication(visitor, offer["items"])
        paying = account._get_portal_paying().filtered(lambda line: line.id in offer["lines"])
        values = {
            "selection": selection,
            "items": offer["items"],
            "offer": offer,
            "begun": sorted(set(account._get_portal_begun(offer["lines"]).mapped("move_name"))),
            "paying": sorted(set(paying.mapped("move_name"))),
            "use_credits": form.get("credits") != "0",
            "has_credits": account.company_id.collect_portal_use_credits
            and bool(selection.block["credits"]),
            "signed": account._sign_portal_offer(visitor.contact, visitor.link, currency, offer),
            "way": account._get_statement_ways(
                {"due": offer["amount"], "balance": offer["amount"], "currency": currency},
                communication,
            ),
            "communication": communication,
        }
        if offer["amount"] > 0 and not paying and account._has_portal_online_payment():
            values |= self._prepare_form(visitor, currency, offer["amount"], values)
        return visitors.show(visitor, "ar_collect.portal_pay", values)

    def _use_credits(self, visitor, form):
        """Match what credits cover."""
        if not visitor.may_act():
            return visitors.refuse(429)
        try:
            offer = self._read_offer(visitor, form.get("offer"))
            with request.env.cr.savepoint():
                visitor.account._match_portal_credits(visitor.contact, offer)
        except ValidationError:
            return request.redirect(visitor.url(done="gone"), local=True)
        return request.redirect(visitor.url(done="matched"), local=True)

    def _get_communication(self, visitor, items):
        """What a transfer by bank should say: by this it is found again."""
        names = {item["payment_ref"] or item["name"] for item in items}
        if len(names) <= 3:
            return ", ".join(sorted(filter(None, names)))
        return visitor.account.partner_id.ref or visitor.account.partner_id.name

    # === ONLINE === #

    def _prepare_form(self, visitor, currency, amount, values):
        """What core's payment form is given."""
        partner, company = visitor.contact, visitor.account.company_id
        report = {}
        # sudo: fields of providers, for whoever pays
        providers = request.env["payment.provider"].sudo()  # sudo: see above
        providers = providers._get_compatible_providers(
            company.id, partner.id, amount, currency_id=currency.id, report=report
        )
        methods = request.env["payment.method"].sudo()  # sudo: see above
        methods = methods._get_compatible_payment_methods(
            providers.ids, partner.id, currency_id=currency.id, report=report
        )
        tokens = request.env["payment.token"].sudo()  # sudo: see above
        # a link may have been passed on: saved cards are for who is logged in
        tokens = (
            tokens.browse()
            if visitor.link
            else tokens._get_available_tokens(providers.ids, partner.id)
        )
        tokenize = self._compute_show_tokenize_input_mapping(providers)
        return {
            "online": bool(methods or tokens),
            "company_mismatch": not self._can_partner_pay_in_company(partner, company),
            "expected_company": company,
            "show_tokenize_input_mapping": tokenize
            if not visitor.link
            else dict.fromkeys(tokenize, False),
            "currency": currency,
            "amount": amount,
            "partner_id": partner.id,
            "providers_sudo": providers,
            "payment_methods_sudo": methods,
            "tokens_sudo": tokens,
            "availability_report": report,
            "reference_prefix": values["communication"],
            "transaction_route": visitor.url("/transaction"),
            "landing_route": visitor.url("/paid"),
            "access_token": values["signed"],
        }

    def _read_offer(self, visitor, text):
        return visitor.account._read_portal_offer(visitor.contact, visitor.link, text)

    def _begin(self, visitor, text, kwargs):
        """A draft transaction over what was offered; the same one for a second click.

        :param str text: the signed offer
        :param dict kwargs: of the payment form
        :return: processing values of the transaction
        :rtype: dict
        :raise ValidationError: when the offer does not hold any more, or the way is not offered
        """
        if not visitor.may_act():
            raise ValidationError(request.env._("Please wait a few minutes."))
        self._validate_transaction_kwargs(kwargs, additional_allowed_keys=SENT_BY_FORM)
        offer = self._read_offer(visitor, text)
        account = visitor.account
        account._take_turns()
        account._check_portal_offer(offer)
        way = self._check_way(visitor, offer, kwargs)
        begun = account._find_portal_transaction(offer, way)
        if begun and kwargs.get("flow") != "token":
            return begun._get_processing_values()
        lines = request.env["account.move.line"].sudo().browse(offer["lines"])  # sudo: own items
        transaction = self._create_transaction(
            **way,
            token_id=kwargs.get("token_id"),
            flow=kwargs.get("flow"),
            amount=offer["amount"],
            currency_id=offer["currency"].id,
            tokenization_requested=bool(kwargs.get("tokenization_requested") and not visitor.link),
            landing_route=visitor.url("/paid"),
            custom_create_values={
                "collect_account_id": account.id,
                "collect_by_link": bool(visitor.link),
                "collect_line_ids": [Command.set(lines.ids)],
                "invoice_ids": [
                    Command.set(lines.move_id.filtered(lambda move: move.is_invoice()).ids)
                ],
            },
        )
        return transaction._get_processing_values()

    def _check_way(self, visitor, offer, kwargs):
        """The way of paying that was chosen, if it is one of those that were offered.

        :return: fields of the transaction
        :rtype: dict
        :raise ValidationError: for any other
        """
        currency, amount = offer["currency"], offer["amount"]
        if not visitor.account._has_portal_online_payment() or amount <= 0:
            raise ValidationError(request.env._("This cannot be paid online."))
        offered = self._prepare_form(visitor, currency, amount, {"communication": "", "signed": ""})
        by_token = kwargs.get("flow") == "token"
        chosen = {
            "provider_id": kwargs.get("provider_id"),
            "payment_method_id": kwargs.get("payment_method_id"),
        }
        tokens = offered["tokens_sudo"]
        if by_token:
            token = tokens.filtered(lambda one: one.id == kwargs.get("token_id"))
            chosen = {
                "provider_id": token.provider_id.id,
                "payment_method_id": token.payment_method_id.id,
            }
        elif kwargs.get("flow") not in ("redirect", "direct"):
            chosen = {"provider_id": False, "payment_method_id": False}
        fits = (
            chosen["provider_id"] in offered["providers_sudo"].ids
            and (by_token or chosen["payment_method_id"] in offered["payment_methods_sudo"].ids)
            and not offered["company_mismatch"]
        )
        if not fits:
            raise ValidationError(request.env._("This cannot be paid in that way."))
        return {**chosen, "partner_id": visitor.contact.id}

    def _tell_how_it_went(self, visitor):
        """Back to the account, with what became of the last payment."""
        transactions = request.env["payment.transaction"].sudo()  # sudo: only its state is told
        mine = request.session.get(PaymentPostProcessing.MONITORED_TX_ID_KEY)
        last = transactions.browse(mine).exists()
        if last.collect_account_id != visitor.account:
            return request.redirect(visitor.base, local=True)
        said = {"pending": "paid_later", "authorized": "paid_later", "draft": "paid_perhaps"}
        done = said.get(last.state, "paid" if last.state == "done" else "not_paid")
        return request.redirect(visitor.url(done=done), local=True)
