/* A patrol as the phone keeps it, and as it is sent (docs/offline.md). Pure. */

/** Whether a row of the reference may be chosen for a patrol of today; past ones stay for their names. */
export const isCurrent = (row) => row.is_current !== false;

/** An empty page of the book, or one like the last time: units, headcount, stretch, means, as far as
    they are there today; never times or findings. */
export function newForm({ reference, startedAt, like = null }) {
  const chosen = like || {};
  const [units, stretches, programmes] = [reference.units, reference.stretches, reference.programmes].map(idsOfToday);
  const defaults = reference.programmes.filter((programme) => programme.is_default).map((programme) => programme.id);
  const attendance = chosen.attendance ? chosen.attendance.filter((row) => units.has(row.unit_id)) : firstUnits(reference);
  return {
    lead_unit_id: units.has(chosen.lead_unit_id) ? chosen.lead_unit_id : reference.person.unit_id,
    stretch_id: stretches.has(chosen.stretch_id) ? chosen.stretch_id : null,
    started_at: startedAt,
    ended_at: null,
    attendance: attendance.map(rowOf),
    programme_ids: (chosen.programme_ids || defaults).filter((id) => programmes.has(id)),
    leader_id: leads(reference) ? reference.person.id : null,
    leader_name: leads(reference) ? '' : reference.person.name,
    from_place: chosen.from_place || '',
    to_place: chosen.to_place || '',
    means: chosen.means || null,
    weather: null,
    sea: null,
    nothing_found: false,
    note: '',
    findings: [],
  };
}

const idsOfToday = (rows) => new Set(rows.filter(isCurrent).map((row) => row.id));

/** Who may not write for others leads himself; who may is a leader only if he stands in the list. */
const leads = ({ person, leaders }) => !person.may_choose_leader || leaders.some((leader) => leader.id === person.id);

/** Own unit first, then one unit of each other force, nobody counted yet. */
function firstUnits(reference) {
  const seen = new Set(['other', '']);
  return reference.units
    .filter((unit) => isCurrent(unit) && !seen.has(unit.force || '') && seen.add(unit.force))
    .map((unit) => ({ unit_id: unit.id, personnel: null, militia: 0, security_team: 0 }));
}

/** null is "nobody wrote it down"; a row without any number and without `unknown` is no row at all. */
export const rowOf = (row) => ({
  unit_id: row.unit_id,
  personnel: row.personnel === undefined ? null : row.personnel,
  militia: row.militia === undefined ? 0 : row.militia,
  security_team: row.security_team === undefined ? 0 : row.security_team,
  unknown: Boolean(row.unknown),
});

/** A record of the server (returned, or still out) as a form of the phone. */
export function formOf(body, reference) {
  const utc = (moment) => (moment ? new Date(moment).toISOString() : null);
  return {
    ...newForm({ reference, startedAt: utc(body.started_at) }),
    ...body,
    started_at: utc(body.started_at),
    ended_at: utc(body.ended_at),
    attendance: (body.attendance || []).map(rowOf),
    findings: (body.findings || []).map((finding) => ({ ...finding, found_at: utc(finding.found_at) })),
  };
}

/** The text that is hashed, kept and sent; the same form always gives the same text. */
export function bodyOf(form) {
  const findings = form.findings.filter((finding) => finding.category || finding.note || finding.place);
  return JSON.stringify({
    lead_unit_id: form.lead_unit_id,
    stretch_id: form.stretch_id,
    started_at: form.started_at,
    ended_at: form.ended_at,
    attendance: form.attendance.map(rowOf),
    programme_ids: form.programme_ids,
    leader_id: form.leader_id,
    leader_name: form.leader_name,
    from_place: form.from_place,
    to_place: form.to_place,
    means: form.means,
    weather: form.weather,
    sea: form.sea,
    nothing_found: form.nothing_found && findings.length === 0,
    note: form.note,
    source: 'phone',
    findings: findings.map((finding) => ({
      client_id: finding.client_id,
      category: finding.category,
      measures: finding.measures,
      found_at: finding.found_at,
      place: finding.place,
      km: finding.km,
      outcome: finding.outcome,
      note: finding.note,
    })),
  });
}

/** The body of the item that announces a photo or a track. */
export function contentBody(content) {
  if (content.kind === 'track') {
    return JSON.stringify({ patrol: content.patrol, sha256: content.sha256, size: content.size, name: content.name });
  }
  return JSON.stringify({
    patrol: content.patrol, finding: content.finding, sha256: content.sha256, size: content.size, taken_at: content.taken_at,
    is_clean: content.is_clean, place: '', caption: '',
  });
}
