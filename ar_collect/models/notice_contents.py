# Part of ar_collect. License LGPL-3.
from bisect import bisect_right

from odoo.tools import float_round


class NoticeContents:
    """What one notice names: items by currency, credits, sums, and the steps it reaches with them.

    :param recordset notice: `ar.collect.notice`
    :param list rows: the customer's items, as :meth:`NoticeQuery.get_items` gives them
    :param dict reached: days of the step that items have reached already, by channel and journal
        item
    """

    def __init__(self, notice, rows, reached):
        self.notice = notice
        self.step = notice.step_id
        self.reached = reached
        self.tracks = self._get_tracks()
        self.items = [row for row in rows if row["residual"] > 0 and self._is_named(row)]
        self.credits = [row for row in rows if row["residual"] < 0]
        company_currency = notice.company_id.currency_id
        owed = sum(row["claim"] for row in self.items)
        self.amount = company_currency.round(
            owed + min(0, sum(row["residual"] for row in self.credits))
        )
        self.days_late = max((row["days_late"] for row in self.items), default=0)
        self.oldest = min((row["due_date"] for row in self.items), default=None)

    def _get_tracks(self):
        """The days of the strategy's steps in order, by channel."""
        steps = self.step.strategy_id.step_ids | self.step
        return {
            channel: sorted(set(steps.mapped("days")))
            for channel, steps in steps.grouped("channel").items()
        }

    def _is_named(self, row):
        """Whether the notice asks for an item: all that is overdue, or what reaches the step."""
        if row["claim"] <= 0:
            return False
        days = self.step.days
        if self.step.level == "invoice":
            done = self._get_done(row, self.step.channel)
            return row["days_late"] >= days and (done is None or done < days)
        return row["days_late"] >= min(days, 1)

    def get_currency_ids(self):
        """Ids of the currencies in which something is open, that of most items first."""
        ids = [row["currency_id"] for row in (*self.items, *self.credits)]
        return sorted(dict.fromkeys(ids), key=lambda currency: (-ids.count(currency), currency))

    def get_blocks(self, env):
        """What is open by currency of the documents.

        :param Environment env: of the language
        :return: list of dicts: currency, items (row, amount, left_out), credits (row, amount),
            overdue, total; amounts in the currency
        """
        blocks = []
        for currency in env["res.currency"].browse(self.get_currency_ids()):
            items = [
                self._get_line(row, currency)
                for row in self.items
                if row["currency_id"] == currency.id
            ]
            given = [
                {"row": row, "amount": row["residual_currency"]}
                for row in self.credits
                if row["currency_id"] == currency.id
            ]
            late = [line["amount"] for line in items if line["row"]["days_late"] > 0]
            total = sum(line["amount"] for line in (*items, *given))
            blocks.append(
                {
                    "currency": currency,
                    "items": items,
                    "credits": given,
                    "overdue": currency.round(sum(late)),
                    "total": currency.round(total),
                }
            )
        return blocks

    def _get_line(self, row, currency):
        amount = self._in_document_currency(row, currency)
        rest = row["residual_currency"] - amount
        return {"row": row, "amount": amount, "left_out": rest and currency.round(rest)}

    @staticmethod
    def _in_document_currency(row, currency):
        """What is asked for of an item, in its own currency."""
        if row["claim"] == row["residual"]:
            return row["residual_currency"]
        amount = row["residual_currency"] * row["claim"] / row["residual"]
        return float_round(amount, precision_rounding=currency.rounding)

    def get_rows(self):
        """What is written down of each item, in the order of :data:`COLUMNS`."""
        currencies = {
            currency.id: currency
            for currency in self.notice.env["res.currency"].browse(self.get_currency_ids())
        }
        for row in self.items:
            line = self._get_line(row, currencies[row["currency_id"]])
            base = {
                "notice_id": self.notice.id,
                "company_id": self.notice.company_id.id,
                "line_id": row["line_id"],
                "name": row["name"],
                "date_due": row["due_date"],
                "days_late": row["days_late"],
                "currency_id": row["currency_id"],
                "amount": line["amount"],
                "amount_left_out": line["left_out"],
            }
            for channel, days in self._get_marks(row):
                passed = channel != self.step.channel
                yield {**base, "channel": channel, "days": days, "is_passed_over": passed}

    def _get_marks(self, row):
        """What an item reaches with this notice: its step, and lower ones that it passes over.

        :return: pairs (channel, days of the step; None before the first one)
        """
        for channel, track in self.tracks.items():
            own = channel == self.step.channel
            latest = min(row["days_late"], self.step.days)
            number = bisect_right(track, latest)
            if not own and number and track[number - 1] == self.step.days:
                number -= 1  # a step on the same day comes as well
            mark = track[number - 1] if number else None
            done = self._get_done(row, channel)
            if own or (mark is not None and (done is None or done < mark)):
                yield channel, mark

    def _get_done(self, row, channel):
        """Days of the step that an item has reached already on a channel; None: of none."""
        return self.reached.get(channel, {}).get(row["line_id"])
