# Part of ar_collect. License LGPL-3.
"""Who resolves disputes and by when: tasks, stages, the clock, escalation, merging, splitting."""

from odoo.exceptions import AccessError, UserError

from .dispute_common import DisputeCase


class TestDisputeWork(DisputeCase):
    def tasks(self, dispute):
        """The planned tasks: who by when."""
        return [(task.user_id, task.date_deadline) for task in dispute._get_tasks().sorted("id")]

    # --- who and by when

    def test_owner_and_days(self):
        dispute = self.dispute({self.old: 200})
        # five working days from Monday the 16th
        self.assertEqual(dispute.date_deadline, self.day(7))
        self.assertEqual(dispute.date_review, self.day(7))
        self.assertEqual(dispute.coordinator_id, self.users["collector"])
        self.assertFalse(dispute.resolver_id)
        self.assertEqual(self.tasks(dispute), [(self.users["collector"], self.day(7))])

    def test_nobody_was_named(self):
        """Taken in by the mail gateway, for a customer of nobody: a manager owns it."""
        line = self.items(
            self.env["account.move"].search([("partner_id", "=", self.free.partner_id.id)])
        )
        dispute = self.dispute(
            {line: 10}, account_id=self.free.id, user_id=self.env.ref("base.user_root").id
        )
        owner = dispute.coordinator_id
        self.assertTrue(owner.has_group("ar_collect.group_manager"))
        self.assertEqual(self.tasks(dispute), [(owner, dispute.date_deadline)])
        self.company.collect_dispute_manager_id = self.users["colleague"]
        dispute.coordinator_id = False
        self.assertEqual(dispute._get_owner(), self.users["colleague"])

    def test_resolver_of_the_reason(self):
        self.price.sudo().user_id = self.resolver  # sudo: by a manager
        dispute = self.dispute({self.old: 200})
        self.assertEqual(dispute.resolver_id, self.resolver)
        self.assertEqual(self.tasks(dispute), [(self.resolver, self.day(7))])

    def test_leader_of_the_team(self):
        team = self.env["ar.collect.dispute.team"].sudo()  # sudo: by a manager
        team = team.create({"name": "Logistics", "user_id": self.resolver.id})
        self.price.sudo().team_id = team  # sudo: by a manager
        dispute = self.dispute({self.old: 200})
        self.assertEqual(
            (dispute.team_id, dispute.resolver_id), (self.price.team_id, self.resolver)
        )

    def test_resolver_of_another_company(self):
        other = self.other_company(name="Elsewhere")
        self.price.sudo().user_id = self.resolver  # sudo: by a manager
        self.resolver.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertFalse(self.dispute({self.old: 200}).resolver_id)

    def test_handed_over(self):
        dispute = self.dispute({self.old: 200})
        dispute.resolver_id = self.resolver
        self.assertEqual(self.tasks(dispute), [(self.resolver, self.day(7))])
        dispute.date_deadline = self.day(9)
        self.assertEqual(self.tasks(dispute), [(self.resolver, self.day(9))])

    def test_another_reason(self):
        dispute = self.dispute({self.old: 200}, resolver_id=self.resolver.id)
        dispute.reason_id = self.quality
        # fifteen working days in place of five
        self.assertEqual(dispute.date_deadline, self.day(21))
        self.assertEqual(self.tasks(dispute), [(self.resolver, self.day(21))])

    # --- stages

    def test_stages(self):
        dispute = self.dispute({self.old: 200})
        seen = self.seen_by("collector", dispute)
        seen.stage_id = self.env.ref("ar_collect.dispute_stage_work")
        with self.assertRaisesRegex(UserError, "by saying how"):
            seen.stage_id = self.env.ref("ar_collect.dispute_stage_closed")
        seen._resolve("rejected")
        with self.assertRaisesRegex(UserError, "by saying how"):
            seen.stage_id = self.env.ref("ar_collect.dispute_stage_work")

    def test_time_per_stage(self):
        dispute = self.dispute({self.old: 200})
        self.env.cr.flush()
        first = dispute.stage_id
        self.env.cr.execute(
            "UPDATE ar_collect_dispute SET create_date = create_date - INTERVAL '2 days',"
            " date_last_stage_update = date_last_stage_update - INTERVAL '5 days' WHERE id = %s",
            [dispute.id],
        )
        self.env.invalidate_all()
        self.assertGreaterEqual(dispute.duration_tracking[str(first.id)], 2 * 24 * 3600 - 5)
        self.assertTrue(dispute.is_rotting)
        self.assertIn(dispute, self.disputes.search([("is_rotting", "=", True)]))

    def test_clock_stands_still(self):
        dispute = self.dispute({self.old: 200})
        dispute.stage_id = self.env.ref("ar_collect.dispute_stage_waiting")
        self.assertEqual(dispute.waiting_since, self.today)
        with self.on(4):
            dispute.stage_id = self.env.ref("ar_collect.dispute_stage_work")
            self.assertFalse(dispute.waiting_since)
            # four working days more
            self.assertEqual(dispute.date_deadline, self.day(11))

    def test_asked_and_answered(self):
        self.partner.email = "customer@example.com"
        dispute = self.dispute({self.old: 200})
        seen = self.seen_by("collector", dispute)
        action = seen.action_ask_customer()
        seen.with_context(collect_dispute_asks=True).message_post(
            body="Which pallet?",
            message_type="comment",
            partner_ids=self.partner.ids,
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(action["context"]["default_partner_ids"], self.partner.ids)
        self.assertEqual(dispute.stage_kind, "waiting")
        self.assertEqual(dispute.date_review, self.day(7))
        before = len(dispute._get_tasks())
        dispute.message_post(
            body="The blue one",
            author_id=self.partner.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(dispute.stage_kind, "open")
        self.assertEqual(len(dispute._get_tasks()), before + 1)
        self.assertEqual(len(dispute.talk_ids), 2)

    def test_notes_stay_inside(self):
        dispute = self.dispute({self.old: 200})
        seen = self.seen_by("collector", dispute)
        note = seen.with_context(collect_dispute_asks=True).message_post(body="They are right")
        self.assertEqual(dispute.stage_kind, "open")
        self.assertNotIn(note.id, dispute.talk_ids.ids)

    # --- escalation

    def test_escalation(self):
        self.company.collect_dispute_manager_id = self.users["manager"]
        dispute = self.dispute({self.old: 200}, resolver_id=self.resolver.id)
        for day, level, users in (
            (7, 0, [self.resolver]),
            (8, 1, [self.resolver, self.users["collector"]]),
            (14, 1, [self.resolver, self.users["collector"]]),
            (15, 2, [self.resolver, self.users["collector"], self.users["manager"]]),
            (25, 2, [self.resolver, self.users["collector"], self.users["manager"]]),
        ):
            with self.subTest(day), self.on(day):
                self.disputes._get_late()._escalate()
                self.disputes._get_late()._escalate()  # told once
                self.assertEqual(dispute.escalation_level, level)
                self.assertEqual([user for user, _day in self.tasks(dispute)], users)

    def test_no_escalation_while_the_customer_is_asked(self):
        dispute = self.dispute({self.old: 200}, date_review=self.day(20))
        dispute.stage_id = self.env.ref("ar_collect.dispute_stage_waiting")
        with self.on(10):
            self.assertNotIn(dispute, self.disputes._get_late())
        with self.on(21):
            self.assertIn(dispute, self.disputes._get_late())

    # --- one too many, or too much in one

    def test_duplicate_warning(self):
        first = self.dispute({self.old: 200})
        second = self.dispute({self.old: 100}, reason_id=self.quality.id)
        self.assertEqual(second.similar_ids, first)
        self.assertIn(first.name, second.similar_text)
        first._resolve("withdrawn")
        second.invalidate_recordset()
        self.assertFalse(second.similar_ids)
        second.reason_id = self.price
        self.assertEqual(second.similar_ids, first)

    def test_merge(self):
        first = self.dispute({self.old: 200}, description="Too dear")
        second = self.dispute({self.old: 100, self.new: 50}, description="And broken")
        message = second.message_post(body="Photo", attachments=[("photo.png", b"x")])
        goes_on = self.seen_by("collector", first | second)._merge()
        self.assertEqual(goes_on.id, first.id)
        self.assertEqual(self.shares(first), {self.old: 300, self.new: 50})
        self.assertEqual(first.description, "Too dear\n\nAnd broken")
        self.assertEqual((second.state, second.merged_into_id), ("cancelled", first))
        self.assertIn(message, first.message_ids)
        self.assertEqual(message.attachment_ids.res_id, first.id)
        self.assert_amounts(first, remaining=350, chasable=1150)

    def test_merge_refused(self):
        first = self.dispute({self.old: 200})
        with self.assertRaisesRegex(UserError, "two disputes or more"):
            first._merge()
        line = self.items(
            self.env["account.move"].search([("partner_id", "=", self.foreign.partner_id.id)])
        )
        other = self.dispute({line: 10}, account_id=self.foreign.id)
        with self.assertRaisesRegex(UserError, "of one customer"):
            (first | other)._merge()

    def test_split(self):
        dispute = self.dispute({self.old: 200, self.new: 50})
        item = dispute.item_ids.filtered(lambda item: item.line_id == self.new)
        made = self.seen_by("collector", dispute)._split(item, self.quality)
        self.assertEqual(self.shares(dispute), {self.old: 200})
        self.assertEqual(self.shares(made), {self.new: 50})
        self.assertEqual(made.reason_id, self.quality)
        self.assert_amounts(dispute, remaining=200, chasable=1250)
        with self.assertRaisesRegex(UserError, "some of the items"):
            dispute._split(dispute.item_ids, self.quality)

    # --- the resolver's rights

    def test_resolver_sees_own_disputes_alone(self):
        mine = self.dispute({self.old: 200}, resolver_id=self.resolver.id)
        other = self.dispute({self.new: 50})
        self.env.flush_all()
        self.env.invalidate_all()
        seen = self.disputes.sudo(False).with_user(self.resolver)
        self.assertEqual(seen.search([]).ids, mine.ids)
        self.assertEqual(seen.browse(mine.id).item_ids.mapped("amount"), [200])
        for record in (other, other.item_ids, self.own):
            with self.subTest(record), self.assertRaises(AccessError):
                record.sudo(False).with_user(self.resolver).read(["display_name"])
        invoice = self.old.move_id.with_user(self.resolver)
        self.assertTrue(invoice.read(["name", "amount_total"]))
        self.assertTrue(invoice.line_ids.read(["name"]))
        for operation in ("write", "create", "unlink"):
            self.assertFalse(invoice.has_access(operation))
        self.assertFalse(self.new.move_id.with_user(self.resolver).has_access("read"))
        with self.assertRaises(AccessError):
            self.new.with_user(self.resolver).read(["name"])

    def test_resolver_of_the_team(self):
        colleague = self.new_resolver("colleague_d")
        team = self.env["ar.collect.dispute.team"].sudo()  # sudo: by a manager
        team = team.create({"name": "Quality", "member_ids": [(6, 0, colleague.ids)]})
        dispute = self.dispute({self.old: 200}, team_id=team.id)
        seen = dispute.sudo(False).with_user(colleague)
        self.assertTrue(seen.has_access("write"))
        self.assertFalse(dispute.sudo(False).with_user(self.resolver).has_access("read"))
        seen.action_assign_to_me()
        self.assertEqual(dispute.resolver_id, colleague)

    def test_resolver_resolves(self):
        dispute = self.dispute({self.old: 200}, resolver_id=self.resolver.id)
        self.env.flush_all()
        self.env.invalidate_all()
        wizard = self.env["ar.collect.dispute.resolve"].with_user(self.resolver)
        wizard = wizard.create(
            {
                "dispute_id": dispute.id,
                "outcome": "accepted",
                "root_cause_id": self.cause.id,
                "tell": False,
            }
        )
        wizard.action_resolve()
        note = dispute.credit_note_ids
        self.assertEqual((note.state, note.amount_total), ("draft", 200))
        self.assertEqual(dispute.resolved_by_id, self.resolver)
        seen = note.with_user(self.resolver)
        self.assertTrue(seen.has_access("read"))
        with self.assertRaises(AccessError):
            seen.action_post()
        self.assertEqual(dispute.sudo(False).with_user(self.resolver).credit_note_count, 1)
        self.assertTrue(dispute.sudo(False).with_user(self.resolver).action_open_credit_notes())

    def test_resolver_takes_none(self):
        with self.assertRaises(AccessError):
            self.disputes.sudo(False).with_user(self.resolver).create(
                {"account_id": self.own.id, "reason_id": self.price.id}
            )
