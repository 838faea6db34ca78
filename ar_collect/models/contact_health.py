# Part of ar_collect. License LGPL-3.
"""The health of a contact as SQL: one meaning for screens, searches and the nightly tasks."""

from odoo.tools import SQL

#: This many calls without an answer, and the contact counts as never answering.
UNANSWERED_CALLS = 3


def calls(partner):
    """SQL row (attempts, reached) of the calls to a contact since its number last changed.

    Whose collector called does not matter: a number that is dead is so for every company.

    :param SQL partner: alias of `res_partner`
    """
    return SQL(
        """
        SELECT COUNT(*) FILTER (WHERE log.direction = 'out') AS attempts,
               COALESCE(BOOL_OR(log.is_contact), FALSE) AS reached
          FROM ar_collect_activity log
         WHERE log.partner_id = %(partner)s.id AND log.channel = 'call'
           AND log.date >= COALESCE(%(partner)s.collect_phone_date, '-infinity')
        """,
        partner=partner,
    )


def is_unanswered():
    """SQL condition on the row `log` of :func:`calls`."""
    return SQL("(log.attempts >= %s AND NOT log.reached)", UNANSWERED_CALLS)


def is_blacklisted(partner):
    """SQL condition: nothing may be sent to the contact's address."""
    return SQL(
        """
        EXISTS (SELECT FROM mail_blacklist
                 WHERE email = %s.email_normalized AND active)
        """,
        partner,
    )


def can_mail(partner):
    """SQL condition: an e-mail is likely to arrive.

    :param SQL partner: alias of `res_partner`
    """
    return SQL(
        """
        (%(partner)s.collect_left_date IS NULL AND %(partner)s.email_normalized IS NOT NULL
         AND COALESCE(%(partner)s.message_bounce, 0) = 0 AND NOT %(blacklisted)s)
        """,
        partner=partner,
        blacklisted=is_blacklisted(partner),
    )


def can_call(partner):
    """SQL condition: there is a number that is not known to be wrong.

    :param SQL partner: alias of `res_partner`
    """
    return SQL(
        """
        (%(partner)s.collect_left_date IS NULL AND %(partner)s.phone > ''
         AND %(partner)s.collect_wrong_number_date IS NULL)
        """,
        partner=partner,
    )


def state(partner):
    """SQL of the selection `collect_health`, the worst that is known; needs the row `log`.

    :param SQL partner: alias of `res_partner`
    """
    return SQL(
        """
        CASE WHEN %(partner)s.collect_left_date IS NOT NULL THEN 'left'
             WHEN COALESCE(%(partner)s.phone, '') = '' AND COALESCE(%(partner)s.email, '') = ''
             THEN 'missing'
             WHEN %(partner)s.collect_wrong_number_date IS NOT NULL THEN 'wrong_number'
             WHEN COALESCE(%(partner)s.message_bounce, 0) > 0 THEN 'bounced'
             WHEN %(blacklisted)s THEN 'blacklisted'
             WHEN %(unanswered)s THEN 'no_answer'
             WHEN %(partner)s.collect_confirmed_date IS NOT NULL THEN 'confirmed'
             ELSE 'ok' END
        """,
        partner=partner,
        blacklisted=is_blacklisted(partner),
        unanswered=is_unanswered(),
    )
