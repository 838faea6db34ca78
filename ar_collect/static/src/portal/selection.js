import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/**
 * Adds up the items that are chosen on the customer's account.
 *
 * The page works without it: what is chosen is read by the server, which trusts no amount.
 */
export class Selection extends Interaction {
    static selector = ".o_ar_selection";
    dynamicContent = {
        ".o_ar_all": { "t-on-change": (ev) => this.chooseAll(ev.currentTarget.checked) },
        ".o_ar_line": { "t-on-change": () => {} },
        ".o_ar_none": { "t-att-class": () => ({ "d-none": this.chosen.length > 0 }) },
        ".o_ar_some": { "t-att-class": () => ({ "d-none": !this.chosen.length }) },
        ".o_ar_sum": { "t-out": () => this.sum },
    };

    setup() {
        this.lines = [...this.el.querySelectorAll(".o_ar_line")];
        const { lang, currency, digits } = this.el.dataset;
        this.format = new Intl.NumberFormat(lang, {
            style: "currency",
            currency,
            minimumFractionDigits: Number(digits),
            maximumFractionDigits: Number(digits),
        });
    }

    start() {
        for (const box of this.el.querySelectorAll(".o_ar_all")) {
            box.hidden = false;
        }
    }

    get chosen() {
        return this.lines.filter((line) => line.checked);
    }

    /** How many are chosen, and what they come to. */
    get sum() {
        const sum = this.chosen.reduce((total, line) => total + Number(line.dataset.open), 0);
        return this.format.format(sum);
    }

    /** @param {Boolean} checked */
    chooseAll(checked) {
        for (const line of this.lines) {
            line.checked = checked;
        }
    }
}

registry.category("public.interactions").add("ar_collect.selection", Selection);
