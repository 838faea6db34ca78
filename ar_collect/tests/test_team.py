# Part of ar_collect. License LGPL-3.
"""Teams of collectors: who may be in one, and who keeps them."""

from contextlib import contextmanager

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import CollectCase


class TestTeam(CollectCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.other_company()
        cls.manager = cls.make_user("team_manager", "ar_collect.group_manager")
        cls.ann = cls.make_user("ann", "ar_collect.group_collector")
        cls.bob = cls.make_user("bob", "ar_collect.group_collector")
        # sudo: the accountant who books here has no part in collections
        cls.teams = cls.env["ar.collect.team"].sudo()

    @classmethod
    def make_user(cls, login, group, company=None):
        company = company or cls.company
        return mail_new_test_user(
            cls.env, login=login, groups=group, company_id=company.id, company_ids=company.ids
        )

    def team(self, name, *members, **values):
        """A team of these people."""
        return self.teams.create(
            {"name": name, "member_ids": [Command.set([m.id for m in members])], **values}
        )

    @contextmanager
    def refused(self, pattern):
        """It is refused with a text like this, and nothing of it is kept."""
        with self.assertRaises(ValidationError) as caught:
            yield
        self.assertRegex(str(caught.exception), pattern)

    def test_one_active_team_per_person(self):
        north = self.team("North", self.ann, self.bob)
        with self.refused("ann.*North.*South"):
            self.team("South", self.ann)
        south = self.team("South", self.ann, active=False)
        with self.refused("ann.*North.*South"):
            south.active = True
        north.member_ids -= self.ann
        south.active = True
        with self.refused("ann.*South.*North"):
            north.member_ids += self.ann

    def test_two_teams_made_at_once(self):
        members = [Command.set(self.ann.ids)]
        with self.refused("one team"):
            self.teams.create([{"name": name, "member_ids": members} for name in ("A", "B")])

    def test_a_team_that_is_not_seen_counts(self):
        self.team("Elsewhere", self.ann, company_id=self.second.id)
        teams = self.teams.with_user(self.manager)
        self.assertFalse(teams.search([("name", "=", "Elsewhere")]))
        with self.refused("Elsewhere"):
            teams.create({"name": "Here", "member_ids": [Command.set(self.ann.ids)]})

    def test_customers_are_in_no_team(self):
        portal = new_test_user(self.env, login="portal_team", groups="base.group_portal")
        with self.refused("portal_team"):
            self.team("Team", portal)
        with self.refused("portal_team"):
            self.team("Team", user_id=portal.id)

    def test_managers_keep_teams(self):
        team = self.team("Team", self.ann, company_id=self.company.id)
        team.with_user(self.manager).name = "Renamed"
        for role in ("inquiry", "collector", "collector_all"):
            user = self.make_user(f"team_{role}", f"ar_collect.group_{role}")
            self.assertEqual(team.with_user(user).name, "Renamed")
            with self.assertRaises(AccessError):
                team.with_user(user).name = "Mine"
        sales = self.make_user("team_sales", "base.group_user")
        self.assertFalse(team.with_user(sales).has_access("read"))
        outsider = self.make_user("team_outsider", "ar_collect.group_manager", self.second)
        self.assertFalse(team.with_user(outsider).has_access("read"))
        team.company_id = False
        self.assertTrue(team.with_user(outsider).has_access("write"))
