import { Chatter } from "@mail/chatter/web_portal/chatter";

import { patch } from "@web/core/utils/patch";

patch(Chatter.prototype, {
    /** Who may only read a collection account leaves notes there: no messages, no activities. */
    get isCollectNotesOnly() {
        const { model, hasReadAccess, hasWriteAccess } = this.state.thread;
        return model === "ar.collect.account" && hasReadAccess && !hasWriteAccess;
    },
});
