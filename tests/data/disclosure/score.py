"""Recall and false alarms of `tresor review check` over a corpus: score.py TRESOR FOLDER [--show]; also imported by the tests.

Recall: of all (table, rule that must fire) those that fired. False alarms: of all safe tables those with any finding; per
rule: of all tables whose index does not name the rule those where it fired.
"""
import json, os, subprocess, sys

RULES = 'threshold dominance p_percent class_disclosure rounding differencing free_text rows'.split()


def found(tresor, folder, entry):
    """The rules that fired, and the whole findings."""
    command = [tresor, 'review', 'check', '--json']
    for name in entry.get('against', []):
        command += ['--against', os.path.join(folder, name)]
    done = subprocess.run(command + [os.path.join(folder, entry['file'])], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode in (0, 1), (entry, done.stderr)
    findings = json.loads(done.stdout)['files'][0]['findings']
    assert done.returncode == (1 if findings else 0), entry
    return {f['rule'] for f in findings}, findings


def score(tresor, folder, show=False):
    with open(os.path.join(folder, 'index.json')) as index:
        entries = json.load(index)
    must, hit, other, wrong = [dict.fromkeys(RULES, 0) for _ in range(4)]
    safe = alarms = 0
    for entry in entries:
        rules, findings = found(tresor, folder, entry)
        want = set(entry['rules'])
        for rule in RULES:
            must[rule] += rule in want
            hit[rule] += rule in want and rule in rules
            other[rule] += rule not in want
            wrong[rule] += rule not in want and rule in rules
        safe += not want
        alarms += not want and bool(rules)
        if show and rules != want:
            print(entry['file'], 'missed', sorted(want - rules), 'more', sorted(rules - want))
            for f in findings:
                if f['rule'] not in want:
                    print('   ', f['rule'], f['row'], f['column'], f['message'])
    return {'tables': len(entries), 'safe': safe, 'recall': sum(hit.values()) / sum(must.values()), 'false_alarms': alarms / safe,
            'rules': {r: {'must': must[r], 'recall': hit[r] / must[r] if must[r] else 1, 'false_alarms': wrong[r] / other[r]} for r in RULES}}


if __name__ == '__main__':
    s = score(sys.argv[1], sys.argv[2], '--show' in sys.argv)
    for rule, x in s['rules'].items():
        print(f'  {rule:18} {x["must"]:4} must fire  recall {x["recall"]:.3f}  false alarms {x["false_alarms"]:.3f}')
    print(f'S7 tables={s["tables"]} safe={s["safe"]} recall={s["recall"]:.4f} goal=0.98 false_alarms={s["false_alarms"]:.4f} goal=0.05')
