/**
 * A text in pieces, those that were searched for marked.
 *
 * @param {string} text
 * @param {string} query
 * @returns {{text: string, isMatch: boolean}[]}
 */
export function splitMatches(text, query) {
    const needle = query.trim().toLowerCase();
    if (!needle) {
        return [{ text, isMatch: false }];
    }
    const pieces = [];
    const haystack = text.toLowerCase();
    let start = 0;
    for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, start)) {
        pieces.push({ text: text.slice(start, at), isMatch: false });
        start = at + needle.length;
        pieces.push({ text: text.slice(at, start), isMatch: true });
    }
    pieces.push({ text: text.slice(start), isMatch: false });
    return pieces.filter((piece) => piece.text);
}

/**
 * The sentence that is spoken at a time.
 *
 * @param {{start: number}[]} segments in the order of their time
 * @param {number} time seconds
 * @returns {number} its place, -1 before the first one
 */
export function findSegment(segments, time) {
    let found = -1;
    for (const [index, segment] of segments.entries()) {
        if (segment.start > time) {
            break;
        }
        found = index;
    }
    return found;
}
