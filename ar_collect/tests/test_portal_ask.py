# Part of ar_collect. License LGPL-3.
"""What customers ask for: it is the collector's work today, and what there is, is had at once."""

from .portal_common import EVIL, PortalCase


class TestPortalAsk(PortalCase):
    def setUp(self):
        super().setUp()
        self.log_in()

    def send(self, *lines, base=None, **values):
        url = f"{base or self.base}/ask"
        data = {"line": [line.id for line in lines], **values}
        return self.post(url, data, page=f"{url}?{self.chosen(*lines)}")

    def test_copies(self):
        response = self.send(self.old, wish=["invoices", "statement"], text="For the audit")
        self.assertIn("Thank you", self.text(response))
        self.assertIn(f"/my/invoices/{self.old.move_id.id}?report_type=pdf", response.text)
        self.assertNotIn(f"/my/invoices/{self.new.move_id.id}?", response.text)
        log = self.own.log_ids
        self.assertEqual(
            (log.outcome_id.code, log.channel, log.direction, log.partner_id, log.line_ids),
            ("documents", "portal", "in", self.ann, self.old),
        )
        self.assertIn("For the audit", log.note)

    def test_question(self):
        self.send(self.old, wish="question", text="Which order was it?")
        log = self.own.log_ids
        self.assertEqual(log.outcome_id.code, "received")
        self.assertIn("Which order was it?", log.note)
        self.assertIn(self.collector.partner_id, log.message_id.notified_partner_ids)

    def test_wakes_the_worklist(self):
        self.own._schedule_follow_up(
            {"summary": "Next week", "date_deadline": self.day(7), "user_id": self.collector.id}
        )
        self.assertEqual(self.own.next_action_date, self.day(7))
        self.send(self.old, wish="delivery")
        self.assertEqual(self.own.next_action_date, self.day(0))
        self.assertIn("Proof of delivery", self.own.next_action)
        seen = self.own.sudo(False).with_user(self.collector)
        self.assertIn(self.own, seen.search(seen._get_call_domain()).sudo())  # sudo: to compare

    def test_one_task_for_all(self):
        self.send(self.old, wish="delivery")
        self.send(self.new, wish="statement")
        kind = self.env.ref("ar_collect.mail_activity_type_portal")
        tasks = self.own.activity_ids.filtered(lambda task: task.activity_type_id == kind)
        self.assertEqual(len(tasks), 1)
        self.assertEqual(tasks.user_id, self.collector)
        self.assertEqual(len(self.own.log_ids), 2)

    def test_of_nobodys_customer(self):
        self.own.user_id = False
        self.send(self.old, wish="delivery")
        kind = self.env.ref("ar_collect.mail_activity_type_portal")
        task = self.own.activity_ids.filtered(lambda task: task.activity_type_id == kind)
        self.assertTrue(task.user_id.has_group("ar_collect.group_manager"))

    def test_second_click(self):
        for _time in range(2):
            self.send(self.old, wish="question", text="Line one\n\nLine two " + "x" * 3000)
        self.assertEqual(len(self.own.log_ids), 1)

    def test_what_is_missing_is_said(self):
        for values in (
            {},
            {"wish": "question"},
            {"wish": "unknown"},
            {"wish": "question", "text": " "},
        ):
            with self.subTest(**values):
                response = self.send(self.old, **values)
                self.assertEqual(response.status_code, 422)
        self.assertEqual(self.send(self.old, text="Kept here").text.count("Kept here"), 1)
        self.assertFalse(self.own.log_ids)

    def test_of_others(self):
        self.assertEqual(self.get(f"/my/receivables/{self.free.id}/ask").status_code, 404)
        response = self.send(self.of_others, wish="invoices")
        self.assertNotIn(f"/my/invoices/{self.of_others.move_id.id}", response.text)
        self.assertFalse(self.own.log_ids.line_ids - self.own.open_item_ids)

    def test_texts_are_text(self):
        response = self.send(self.old, wish="question", text=EVIL)
        self.assertNotIn(EVIL, response.text)
        self.assertNotIn("<script", "".join(self.own.message_ids.mapped("body")))

    def test_without_anything_open(self):
        self.payment(self.partner, 1500, self.old.move_id, self.new.move_id)
        page = self.text(self.get(f"{self.base}/ask"))
        self.assertNotIn("Proof of delivery", page)
        self.send(wish="question", text="Is all paid?")
        self.assertIn("Is all paid?", self.own.log_ids.note)
