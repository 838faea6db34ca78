# Part of ar_collect. License LGPL-3.
"""What the days to come are worked out from: the customers and their items, in one statement."""

from odoo.tools import SQL

from ..tools.notice_calendar import Customer, Item, Strategy
from .notice_query import NoticeQuery

#: Customers read at once.
PART = 1000


class NoticeCalendarQuery(NoticeQuery):
    """The same ledger as for the planning, with what falls due in the days to come.

    It writes nothing, not even what is wrong with a condition.

    :param RefreshScope scope: customers and companies
    :param int horizon: number of the last day, from today
    :param dict|None instead: a changed strategy to try out, by the strategy that it stands in for
    """

    def __init__(self, env, scope, horizon, instead=None):
        super().__init__(env, scope)
        self.horizon = horizon
        self.instead = instead or {}
        self.steps = self.steps.browse().union(
            *(self._get_definition(strategy).step_ids for strategy in self.strategies)
        )
        #: what cannot be used, in words
        self.problems = []

    def _get_definition(self, strategy):
        """Override to let a changed strategy stand in."""
        return self.instead.get(strategy, strategy)

    def _get_condition(self, record, company):
        """Override to let a changed strategy stand in."""
        return super()._get_condition(self.instead.get(record, record), company)

    def _put_aside(self, record, strategy, error):
        """Override to write nothing."""
        self.broken.add(record)
        self.problems.append(f"{strategy.name}: {error}")

    # --- going through the days

    def run(self, planned):
        """Go through the days of each customer.

        :param dict planned: what is planned already, see :class:`Customer`, by account id
        :return: generator of (account id, :class:`Day`), the customers one after the other
        """
        if self.is_empty():
            return
        strategies = {strategy.id: self._get_steps_of(strategy) for strategy in self.strategies}
        for account_id, strategy_id, values, items in self._fetch(self._get_customers()):
            customer = Customer(
                strategy=strategies[strategy_id],
                items=[Item(late, claim, why, done or {}) for late, claim, why, done in items],
                planned=planned.get(account_id, []),
                **{**values, "unmet": frozenset(values["unmet"])},
            )
            for day in customer.run(self.horizon):
                yield account_id, day

    def _fetch(self, query):
        """The rows of a query, a part at a time, so that memory stays flat."""
        name = SQL.identifier(f"ar_collect_calendar_{id(self)}")
        with self.tuned():
            # all rows will be read: a plan for the first few would be the wrong one
            self.env.cr.execute(SQL("SET LOCAL cursor_tuple_fraction = 1"))
            self.env.cr.execute(SQL("DECLARE %s NO SCROLL CURSOR FOR %s", name, query))
        while rows := self.env.execute_query(SQL("FETCH %s FROM %s", PART, name)):
            yield from rows
        self.env.cr.execute(SQL("CLOSE %s", name))

    def _get_steps_of(self, strategy):
        """The steps of a strategy by channel, in their order.

        :rtype: Strategy
        """
        strategy = self._get_definition(strategy)
        steps = strategy.step_ids.grouped("channel")
        return Strategy(
            {
                channel: [step._for_calendar() for step in found.sorted("days")]
                for channel, found in steps.items()
            },
            strategy._get_first_days(),
        )

    def _get_customers(self):
        """SELECT of one row per customer: id, strategy, values and items as JSON."""
        return SQL(
            """
            WITH %(items)s,
            done AS MATERIALIZED (%(done)s),
            reached AS MATERIALIZED (
                SELECT line_id, JSON_OBJECT_AGG(channel, days) AS days FROM done GROUP BY line_id
            ),
            listed AS (
                SELECT item.account_id,
                       JSON_AGG(JSON_BUILD_ARRAY(
                           item.days_late, item.claim, item.reason, reached.days)) AS items
                  FROM item
                  LEFT JOIN reached ON reached.line_id = item.line_id
                 GROUP BY item.account_id
            )
            SELECT account.id, account.strategy_id,
                   JSON_BUILD_OBJECT(
                       'hold', account.hold IS TRUE
                               AND account.strategy_id != ALL(%(with_hold)s::int4[]),
                       'gentle', account.gentle,
                       'pause', COALESCE(account.notice_pause_date - %(today)s, 0),
                       'touched', account.touched - %(today)s,
                       'credit', COALESCE(credit.amount, 0),
                       'unmet', ARRAY_REMOVE(ARRAY[%(unmet)s]::int4[], NULL)),
                   listed.items
              FROM account
              JOIN listed ON listed.account_id = account.id
              LEFT JOIN credit ON credit.account_id = account.id
             ORDER BY account.id
            """,
            items=self._get_items(),
            done=self._get_done(),
            with_hold=self._get_with_hold(),
            today=self.scope.today_of(SQL("account.company_id")),
            unmet=SQL(", ").join(self._get_unmet()),
        )

    def _get_with_hold(self):
        """Ids of the strategies that are for customers on credit hold as well."""
        return [
            strategy.id
            for strategy in self.strategies
            if self._get_definition(strategy).include_hold
        ]

    def _get_unmet(self):
        """SQL of the ids of the steps whose condition a customer does not meet, else NULL."""
        for step in self.steps.filtered("domain"):
            if held := self._get_held(step):
                yield SQL("CASE WHEN NOT (%s) THEN %s END", held, step.id)
