-- a copy of a database sends no notice on any channel
UPDATE res_company SET collect_notice_active = FALSE;
-- what is queued already does not leave the copy
UPDATE mail_mail
   SET state = 'cancel'
 WHERE state = 'outgoing'
   AND id IN (SELECT mail_id FROM ar_collect_notice WHERE mail_id IS NOT NULL);
UPDATE ar_collect_notice
   SET state = 'cancelled', cancel_reason = 'skipped'
 WHERE state IN ('planned', 'to_approve')
    OR state = 'queued' AND channel IN ('email', 'sms');
-- mails about promises, disputes and contacts of the copy's customers
UPDATE ir_cron
   SET active = FALSE
 WHERE id IN (SELECT res_id
                FROM ir_model_data
               WHERE module = 'ar_collect' AND model = 'ir.cron');
