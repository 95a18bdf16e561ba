"""Writes the corpus of safe and unsafe tables: make.py SEED FOLDER.

Written from the definitions of the rules, not from the checker. A table starts safe: counts are rounded to 5 and at least
10, nothing follows from a total, no percentage is 0 or 100. Then one thing is broken, or something is added that only
looks broken (a near miss). index.json says for each table which rules must fire; a safe table has none.
"""
import json, os, random, sys

DIMS = {
    'region': ['North East', 'North West', 'Yorkshire and The Humber', 'East Midlands', 'West Midlands', 'East', 'London', 'South East', 'South West'],
    'age_group': ['0-17', '18-39', '40-49', '50-59', '60-69', '70-79', '80+'],
    'Age band': ['18-29', '30-44', '45-64', '65+'],
    'ethnicity': ['White', 'Mixed', 'Asian or Asian British', 'Black or Black British', 'Other'],
    'IMD quintile': ['1 (most deprived)', '2', '3', '4', '5 (least deprived)'],
    'imd': ['1', '2', '3', '4', '5'],
    'smoking_status': ['Never', 'Former', 'Current'],
    'BMI category': ['Underweight', 'Healthy', 'Overweight', 'Obese'],
    'Practice size': ['small', 'medium', 'large'],
    'vaccine': ['Pfizer', 'AstraZeneca', 'Moderna'],
    'care_setting': ['GP', 'Outpatient', 'Inpatient', 'Emergency', 'Community'],
    'drug class': ['Statins', 'ACE inhibitors', 'Beta-blockers', 'Diuretics', 'Anticoagulants'],
    'quarter': ['2021 Q1', '2021 Q2', '2021 Q3', '2021 Q4'],
}
CLASSES = [['male', 'female'], ['Male', 'Female'], ['yes', 'no'], ['Men', 'Women'], ['alive', 'dead'], ['mild', 'moderate', 'severe'],
           ['vaccinated', 'unvaccinated'], ['0 doses', '1 dose', '2 doses', '3+ doses'], ['Never', 'Former', 'Current'],
           ['n_male', 'n_female'], ['White', 'Asian', 'Black', 'Mixed', 'Other'], ['exposed', 'unexposed'], ['Low', 'Medium', 'High'],
           ['18-39', '40-64', '65+'], ['Stage I', 'Stage II', 'Stage III', 'Stage IV'], ['treatment', 'control'], ['Grade A', 'Grade B', 'Grade C']]
COUNT = ['n', 'N', 'count', 'Count', 'patients', 'n_patients', 'Number of patients', 'freq', 'frequency', 'cases', 'num_people', 'participants',
         'total_patients', 'deaths', 'No. of patients', 'registered_patients', 'population', 'nPatients', 'admissions', 'n_rounded', 'count_round5']
PERCENT = ['percent', 'pct', '%', 'Percentage', 'percentage', 'prop_pct', 'Percent of group', 'perc']
TOTAL = ['Total', 'total', 'All', 'Overall', 'TOTAL', 'All patients', 'Grand total']
HIDDEN = ['[REDACTED]', '*', 'redacted', 'suppressed', '[c]', '<10', '< 10', 'x', 'NA', '-', '[REDACTED]', '<10']
MAGNITUDE = [('turnover', ('n', 'total_turnover', 'largest', 'second_largest')), ('cost', ('n', 'cost_sum', 'cost_max', 'cost_second')),
             ('spend', ('count', 'sum', 'max', 'second')), ('items', ('practices', 'total', 'top1', 'top2')),
             ('revenue', ('n_firms', 'revenue', 'max_contribution', 'second_max_contribution')),
             ('sales', ('Number of businesses', 'Total sales', 'Largest contributor', 'Second largest contributor')),
             ('x', ('contributors', 'sum', 'x1', 'x2')), ('amount', ('n', 'amount', 'largest_1', 'largest_2')),
             ('expenditure', ('N', 'expenditure_total', 'expenditure_largest', 'expenditure_second_largest'))]


class Corpus:
    def __init__(self, seed, folder):
        self.r, self.folder, self.index = random.Random(seed), folder, []
        os.makedirs(folder, exist_ok=True)

    def five(self, low=10, high=4000):
        r = self.r
        high = r.choice([60, 300, 1500, high])
        return 5 * r.randint((low + 4) // 5, max(high, low + 50) // 5)

    def dim(self, but=()):
        name = self.r.choice([d for d in DIMS if d not in but])
        values = DIMS[name][:]
        if name not in ('quarter', 'imd', 'IMD quintile') and len(values) > 4 and self.r.random() < .3:
            values = values[:self.r.randint(4, len(values))]
        return name, values

    def render(self, head, rows, style=None):
        """One of the ways in which programs and people write tables."""
        r = self.r
        style = style or r.choices(['plain', 'crlf', 'bom', 'tab', 'semicolon', 'thousands', 'floats', 'quoted', 'index', 'blank', 'title', 'european'],
                                   [20, 6, 5, 8, 6, 8, 6, 8, 6, 4, 4, 3])[0]
        if style == 'european' and any(isinstance(v, str) and '.' in v for row in rows for v in row):
            style = 'semicolon'  # texts keep their decimal points: nobody mixes both
        sep = {'tab': '\t', 'semicolon': ';', 'european': ';'}.get(style, ',')
        end = '\r\n' if style in ('crlf', 'european') else '\n'

        def cell(v):
            if isinstance(v, bool) or v is None:
                return ''
            if isinstance(v, int):
                if style == 'floats':
                    return f'{v}.0'
                text = f'{v:,}' if style in ('thousands', 'european') else str(v)
                if style == 'european':
                    text = text.replace(',', '.')
            elif isinstance(v, float):
                text = f'{v:.2f}'
                if style == 'european':
                    text = text.replace('.', ',')
            else:
                text = str(v)
            if sep in text or '"' in text or '\n' in text or (style == 'quoted' and not isinstance(v, (int, float))):
                text = '"' + text.replace('"', '""') + '"'
            return text
        if style == 'index':
            head, rows = [''] + head, [[str(i)] + row for i, row in enumerate(rows)]
        lines = [sep.join(cell(h) for h in head)] + [sep.join(cell(v) for v in row) for row in rows]
        if style == 'blank':
            lines.insert(2, '')
        if style == 'title':
            lines.insert(0, 'Table 3: what was counted')
        return ('\ufeff' if style in ('bom', 'european') else '') + end.join(lines) + (end if r.random() < .9 else ''), sep

    def write(self, name, head, rows, style=None):
        text, sep = self.render(head, rows, style)
        file = name + ('.tsv' if sep == '\t' else '.csv')
        with open(os.path.join(self.folder, file), 'w', encoding='utf-8', newline='') as out:
            out.write(text)
        return file

    def add(self, kind, rules, head, rows, earlier=None, style=None):
        name = f'{len(self.index):03d}-{kind}'
        entry = {'file': self.write(name, head, rows, style), 'kind': kind, 'rules': sorted(rules)}
        if earlier:
            entry['against'] = [self.write(name + f'-earlier{i or ""}', *e, style='plain') for i, e in enumerate(earlier)]
        self.index.append(entry)

    # --- safe tables of many shapes: (head, rows, where counts stand) -------------------------------------------------

    def frequency(self, total=None, percent=None, low=10):
        r = self.r
        dim, values = self.dim()
        counts = [self.five(low) for _ in values]
        total = r.random() < .5 if total is None else total
        percent = r.random() < .4 if percent is None else percent
        rows = [[v, n] for v, n in zip(values, counts)]
        if total:
            rows.append([r.choice(TOTAL), sum(counts)])
        head = [dim, r.choice(COUNT)]
        if percent:
            head.append(r.choice(PERCENT))
            sign = r.random() < .4
            for row in rows:
                p = 100 * row[1] / sum(counts)
                p = 100.0 if row[1] == sum(counts) else min(max(p, .1), 99.9)
                row.append(f'{p:.1f}%' if sign else round(p, 1))
        return head, rows, len(values), total

    def cross(self, total_column=None, total_row=None):
        r = self.r
        dim, values = self.dim()
        classes = r.choice([c for c in CLASSES if c[0] not in values])
        body = [[self.five() for _ in classes] for _ in values]
        total_column = r.random() < .5 if total_column is None else total_column
        total_row = r.random() < .5 if total_row is None else total_row
        rows = [[v] + line for v, line in zip(values, body)]
        head = [dim] + classes
        if total_row:
            rows.append([r.choice(TOTAL)] + [sum(line[i] for line in body) for i in range(len(classes))])
        if total_column:
            head.append(r.choice(['Total', 'total', 'All', 'Overall', 'n_total']))
            for row in rows:
                row.append(sum(row[1:]))
        return head, rows, len(values), len(classes)

    def long(self, margins=None):
        r = self.r
        a, va = self.dim(('quarter',))
        b, vb = self.dim((a, 'quarter'))
        body = {(x, y): self.five() for x in va for y in vb}
        rows = [[x, y, body[x, y]] for x in va for y in vb]
        margins = r.random() < .4 if margins is None else margins
        if margins:
            word = r.choice(TOTAL[:5])
            rows += [[x, word, sum(body[x, y] for y in vb)] for x in va]
            rows += [[word, y, sum(body[x, y] for x in va)] for y in vb]
            rows.append([word, word, sum(body.values())])
        return [a, b, r.choice(COUNT)], rows, len(body), margins

    def measures(self):
        r = self.r
        dim, values = self.dim(('quarter',))
        rows = []
        for month in range(1, r.randint(3, 8)):
            for v in values:
                d = self.five(100)
                n = 5 * r.randint(2, max(3, d // 5 - 3))
                n = min(n, d - 10)
                rows.append([f'2022-{month:02d}-01', f'2022-{month:02d}-28', n / d, n, d, v])
        return ['interval_start', 'interval_end', 'ratio', 'numerator', 'denominator', dim], rows, len(rows), False

    def table_one(self):
        r = self.r
        rows, arms = [], r.choice([['Overall', 'Treated', 'Control'], ['All', 'Exposed', 'Unexposed'], ['Total', 'Case', 'Control']])
        sizes = [0, self.five(200), self.five(200)]
        sizes[0] = sizes[1] + sizes[2]
        rows.append(['N', ''] + sizes)
        rows.append(['Age', 'mean (SD)'] + [f'{r.uniform(40, 70):.1f} ({r.uniform(9, 19):.1f})' for _ in arms])
        for name in r.sample(['smoking_status', 'BMI category', 'ethnicity'], 2):
            for level in DIMS[name]:
                cells = [5 * r.randint(4, 9) for _ in sizes[1:]]
                cells = [sum(cells)] + cells
                rows.append([name, level] + [f'{c} ({100 * c / s:.1f}%)' for c, s in zip(cells, sizes)])
        return ['Characteristic', 'Level'] + arms, rows, 0, False

    def describe(self):
        r = self.r
        rows = [[v, self.five(30), round(r.uniform(2, 90), 2), round(r.uniform(1, 9), 2), round(r.uniform(.1, 3), 1), round(r.uniform(3, 95), 1)]
                for v in r.sample(['age', 'bmi', 'systolic_bp', 'hba1c', 'length of stay', 'number of visits', 'waiting time'], 4)]
        return ['variable', r.choice(['n', 'N', 'count']), 'mean', 'sd', 'q25', 'median'], rows, 4, False

    def model(self):
        r = self.r
        rows = [[t, round(r.gauss(0, 1), 3), round(r.uniform(.01, .4), 3), round(r.uniform(0, 1), 4), round(r.uniform(-2, 0), 2), round(r.uniform(0, 2), 2), 3]
                for t in ['(Intercept)', 'age', 'sexM', 'imd2', 'imd3', 'vaccinated']]
        return ['term', 'estimate', 'std.error', 'p.value', 'conf.low', 'conf.high', 'df'], rows, 0, False

    def survival(self):
        r = self.r
        at, rows, s = self.five(1000, 4000) + 1000, [], 1.0
        for day in range(0, 70, 7):
            events = 5 * r.randint(2, 9) if day else 0
            s *= 1 - events / at
            rows.append([day, at, events, self.five(10, 30) if day else 0, s])
            at -= events + 20 - (20 % 5)
        return ['time', 'n.risk', 'n.event', 'n.censor', 'surv'], rows, 0, False

    def codes(self):
        r = self.r
        terms = ['Essential (primary) hypertension', 'Type 2 diabetes mellitus without complications', 'Asthma, unspecified', 'Acute bronchitis due to other specified organisms',
                 'Atrial fibrillation and flutter', 'Chronic obstructive pulmonary disease with acute lower respiratory infection', 'Low back pain']
        return ['code', r.choice(['term', 'description', 'ICD-10 description']), r.choice(['n', 'count', 'usage'])], \
            [[f'{r.choice("EIJM")}{r.randint(10, 99)}.{r.randint(0, 9)}', t, self.five()] for t in terms], 7, False

    def magnitude(self, share=.6, rest=None, row=None, ratio=None):
        """Row `row` has the given share of its two largest; the others are between 0.3 and 0.7."""
        r = self.r
        dim, values = self.dim()
        what, names = r.choice(MAGNITUDE)
        rows = []
        for i, v in enumerate(values):
            s = share if i == row else r.uniform(.3, .7)
            total = r.randint(200000, 900000)
            q = (ratio if i == row and ratio else r.uniform(.3, .9))  # second / largest
            largest = total * s / (1 + q)
            rows.append([v, self.five(30), total, int(largest), int(largest * q)])
        return [dim] + list(names), rows, len(values), False

    def shares(self, share=.6, row=None):
        r = self.r
        dim, values = self.dim()
        pct = r.random() < .5
        rows = []
        for i, v in enumerate(values):
            s = share if i == row else r.uniform(.3, .8)
            one = s * r.uniform(.55, .8)
            rows.append([v, self.five(30)] + [round(x * 100, 1) if pct else round(x, 3) for x in (one, s)])
        return [dim, 'n', *r.choice([('top1_share', 'top2_share'), ('share_largest', 'share_top2'), ('largest_pct', 'top2_pct') if pct else ('largest_share', 'two_largest_share')])], rows, len(values), False

    def any_counts(self):
        return self.r.choice([self.frequency, self.cross, self.long, self.measures])()

    def count_cell(self, head, rows, n):
        """A cell of a count that is no total: row, column."""
        columns = [i for i, v in enumerate(rows[0]) if isinstance(v, int) and not isinstance(v, bool) and head[i] not in
                   ('Total', 'total', 'All', 'Overall', 'n_total', 'denominator', 'ratio')]
        return self.r.randrange(n), self.r.choice(columns)

    # --- unsafe -------------------------------------------------------------------------------------------------------

    def small(self):
        head, rows, n, _ = self.r.choice([lambda: self.frequency(False, False), lambda: self.cross(False, False), lambda: self.long(False), self.measures])()
        y, x = self.count_cell(head, rows, n)
        rows[y][x] = 5 if self.r.random() < .6 else self.r.randint(1, 9)
        if head[0] == 'interval_start':
            rows[y][2] = rows[y][3] / rows[y][4]
        self.add('small', ['threshold'], head, rows)

    def small_total(self):
        head, rows, n, _ = self.describe()
        rows[1][1] = self.r.randint(2, 9)
        self.add('small-n', ['threshold'], head, rows)

    def small_in_brackets(self):
        head, rows, *_ = self.table_one()
        rows[-1][3] = '5 (%.1f%%)' % (500 / rows[0][3])
        self.add('small-in-brackets', ['threshold'], head, rows)

    def unrounded(self):
        head, rows, n, _ = self.r.choice([lambda: self.frequency(False, False), lambda: self.cross(False, False), lambda: self.long(False), self.codes])()
        one = self.r.random() < .5
        y, x = self.count_cell(head, rows, n)
        for i, row in enumerate(rows):
            if not one or i == y:
                row[x] = max(row[x], 15) + self.r.randint(1, 4)
        self.add('unrounded', ['rounding'], head, rows)

    def dominant(self, p):
        """Over 90 %: with the largest far ahead the rest is also under 10 % of it."""
        r = self.r
        if p:
            head, rows, *_ = self.magnitude(r.uniform(.945, .995), row=1, ratio=r.uniform(.2, .6))
        else:  # rest / largest = (1 - s)(1 + q) / s >= .1
            head, rows, *_ = self.magnitude(r.uniform(.905, .935), row=1, ratio=r.uniform(.7, .98))
        total, one, two = rows[1][2:5]
        rules = []
        if (one + two) / total > .9:
            rules.append('dominance')
        if (total - one - two) / one < .1:
            rules.append('p_percent')
        self.add('dominant-p' if p else 'dominant', rules, head, rows)

    def dominant_share(self):
        head, rows, *_ = self.shares(self.r.uniform(.91, .93), row=0)
        one, two = rows[0][2:4]
        scale = 100 if two > 1 else 1
        rules = ['dominance'] + (['p_percent'] if (scale - two) / one < .1 else [])
        self.add('dominant-share', rules, head, rows)

    def few_contributors(self):
        head, rows, *_ = self.magnitude()
        rows[2][1] = self.r.randint(1, 2)
        total = rows[2][2]
        rows[2][3:5] = [total, 0] if rows[2][1] == 1 else [int(total * .6), total - int(total * .6)]
        self.add('few-contributors', ['dominance', 'p_percent', 'threshold'], head, rows)

    def mean_and_largest(self):
        r = self.r
        head, rows = [self.dim()[0], 'n', 'mean', 'max'], []
        for v in DIMS[head[0]]:
            n, mean = self.five(20, 60), round(r.uniform(100, 300), 2)
            rows.append([v, n, mean, round(mean * r.uniform(2, 5), 2)])
        rows[1][3] = round(rows[1][1] * rows[1][2] * .95, 2)
        self.add('mean-and-largest', ['dominance', 'p_percent'], head, rows)

    def whole_class(self):
        r = self.r
        way = r.choice(['zero', 'percent', 'measure', 'percent', 'long', 'all', 'brackets'])
        if way == 'zero':
            head, rows, n, k = self.cross(r.random() < .5, False)
            y, x = r.randrange(n), r.randint(1, k)
            if len(head) > k + 1:
                rows[y][k + 1] -= rows[y][x]
            rows[y][x] = 0
        elif way == 'percent':
            dim, values = self.dim()
            head = [dim, r.choice(['n', 'patients', 'count']), r.choice(['percent_vaccinated', 'pct_dead', '% exposed', 'proportion_tested', 'percentage'])]
            fraction = head[2].startswith('proportion')
            rows = [[v, self.five(40), round(r.uniform(.1, .9) if fraction else r.uniform(10, 90), 3)] for v in values]
            rows[r.randrange(len(rows))][2] = (1.0 if fraction else 100.0)
            rows[0][2] = rows[0][2] if r.random() < .7 else (1.0 if fraction else 100.0)
        elif way == 'measure':
            head, rows, n, _ = self.measures()
            y = r.randrange(n)
            rows[y][3] = r.choice([0, rows[y][4]])
            rows[y][2] = rows[y][3] / rows[y][4]
        elif way == 'long':
            head, rows, n, _ = self.long(False)
            rows[r.randrange(n)][2] = 0
        elif way == 'all':
            head, rows, n, _ = self.frequency(False, False)
            while head[0] == 'quarter':
                head, rows, n, _ = self.frequency(False, False)
            y = r.randrange(n)
            for i, row in enumerate(rows):
                row[1] = row[1] if i == y else 0
        else:
            head, rows, *_ = self.table_one()
            rows[-1][4] = f'{rows[0][4]} (100.0%)'
            rows[-1][2] = f'{int(rows[-1][3].split()[0]) + rows[0][4]} (60.0%)'
        self.add('whole-class-' + way, ['class_disclosure'], head, rows)

    def recoverable(self):
        """A single suppressed cell in a line whose total is shown."""
        r = self.r
        way = r.choice(['list', 'row', 'column', 'long', 'chain'])
        hide = r.choice([h for h in HIDDEN])
        if way == 'list':
            head, rows, n, _ = self.frequency(True, False)
            y = r.randrange(n)
            rows[-1][1] += 5 - rows[y][1]
            rows[y][1] = hide
        elif way == 'row':
            head, rows, n, k = self.cross(True, False)
            y, x = r.randrange(n), r.randint(1, k)
            rows[y][k + 1] += 5 - rows[y][x]
            rows[y][x] = hide
        elif way == 'column':
            head, rows, n, k = self.cross(False, True)
            y, x = r.randrange(n), r.randint(1, k)
            rows[-1][x] += 5 - rows[y][x]
            rows[y][x] = hide
        elif way == 'long':
            head, rows, n, _ = self.long(True)
            y = r.randrange(n)
            for row in rows[n:]:
                if row[0] in (rows[y][0], rows[-1][0]) and row[1] in (rows[y][1], rows[-1][1]):
                    row[2] += 5 - rows[y][2]
            rows[y][2] = hide
        else:  # two cells of one row, but each column has a total
            head, rows, n, k = self.cross(False, True)
            y = r.randrange(n)
            for x in r.sample(range(1, k + 1), 2):
                rows[-1][x] += 5 - rows[y][x]
                rows[y][x] = hide
        self.add('recoverable-' + way, ['differencing'], head, rows)

    def recoverable_share(self):
        r = self.r
        head, rows, n, _ = self.frequency(True, True)
        y, total = r.randrange(n), rows[-1][1]
        for row in rows[:n]:  # big enough that a percentage tells the count
            row[1] = max(row[1], 200)
        total = rows[-1][1] = sum(row[1] for row in rows[:n]) - rows[y][1] + 5
        for row in rows[:n]:
            row[2] = round(100 * row[1] / total, 1)
        rows[y][2], rows[-1][2] = round(500 / total, 2), 100.0
        z = (y + 1) % n
        rows[y][1] = rows[z][1] = '[REDACTED]'
        self.add('recoverable-share', ['differencing'], head, rows)

    def together(self, people=5):
        """Two suppressed cells in a line whose total is shown, and both together are few."""
        r = self.r
        if r.random() < .5:
            head, rows, n, _ = self.frequency(True, False)
            cells, total = [(y, 1) for y in r.sample(range(n), 2)], (len(rows) - 1, 1)
        else:
            head, rows, n, k = self.cross(True, False)
            while k < 3:  # else the total of the row is small itself
                head, rows, n, k = self.cross(True, False)
            y = r.randrange(n)
            cells, total = [(y, x) for x in r.sample(range(1, k + 1), 2)], (y, k + 1)
        for (y, x), part in zip(cells, (people - people // 2 // 5 * 5, people // 2 // 5 * 5)):
            rows[total[0]][total[1]] += part - rows[y][x]
            rows[y][x] = r.choice(['[REDACTED]', '*', '[c]'])
        self.add('together' if people < 10 else 'near-together', ['differencing'] if people < 10 else [], head, rows)

    def cycle(self, small=None):
        """Six suppressed cells, two in each of three rows and columns: nothing follows from one line, but all lines together
        leave few numbers where one cell is small and another one opposite in the cycle, too. Exact numbers."""
        r = self.r
        dim, values = self.dim()
        classes = r.choice([c for c in CLASSES if len(c) >= 3 and c[0] not in values])
        few = small is None
        body = [[r.randint(30, 900) for _ in classes] for _ in values]
        body[0][0], body[1][2] = r.choice([(1, 1), (1, 2), (2, 1), (1, 0)]) if few else small
        if not few and body[0][0] % 5 == 0:
            body = [[v - v % 5 for v in line] for line in body]
        rows = [[v] + line + [sum(line)] for v, line in zip(values, body)]
        rows.append(['Total'] + [sum(line[i] for line in body) for i in range(len(classes))] + [sum(map(sum, body))])
        sign = r.choice(['[REDACTED]', '*', '[c]'])
        for y, x in ((0, 0), (0, 1), (1, 1), (1, 2), (2, 2), (2, 0)):
            rows[y][x + 1] = sign
        exact = any(v % 5 for line in body for v in line)
        self.add('cycle' if few else 'near-cycle', (['differencing'] if few else []) + (['rounding'] if exact else []), [dim] + classes + ['Total'], rows)

    def unlisted(self):
        """The total counts a few more than the parts, exactly."""
        r = self.r
        head, rows, n, _ = self.frequency(True, False)
        for row in rows[:n]:
            row[1] += r.randint(1, 4)
        rows[-1][1] = sum(row[1] for row in rows[:n]) + r.choice([x for x in range(1, 10)])
        self.add('unlisted', ['differencing', 'rounding'] if any(row[1] % 5 for row in rows) else ['differencing'], head, rows)

    def versions(self):
        r = self.r
        head, rows, n, _ = r.choice([lambda: self.frequency(False, False), lambda: self.cross(False, False), lambda: self.long(False)])()
        y, x = self.count_cell(head, rows, n)
        rows[y][x] += 10
        old = [row[:] for row in rows]
        d = 5 if r.random() < .7 else r.choice([3, 6, 8])
        old[y][x] += d * (1 if r.random() < .5 else -1)
        if r.random() < .3:
            r.shuffle(old)
        self.add('versions', ['differencing'], head, rows, [(head, old)])

    def released_total(self):
        """Parts with a suppressed cell now; their total was released before, as a table of its own."""
        r = self.r
        a, va = self.dim(('quarter',))
        b, vb = self.dim((a, 'quarter'))
        count = r.choice(['n', 'count', 'patients'])
        body = {(x, y): self.five() for x in va for y in vb}
        x, y = r.choice(va), r.choice(vb)
        body[x, y] = 5
        old = [[v, sum(body[v, w] for w in vb)] for v in va]
        rows = [[v, w, body[v, w]] for v in va for w in vb]
        for row in rows:
            if row[:2] == [x, y]:
                row[2] = r.choice(HIDDEN[:8])
        self.add('released-total', ['differencing'], [a, b, count], rows, [([a, count], old)])

    def total_now(self):
        """The parts were released before with one suppressed; now comes the total."""
        r = self.r
        head, rows, n, _ = self.frequency(True, False)
        y = r.randrange(n)
        rows[-1][1] += 5 - rows[y][1]
        old = [row[:] for row in rows[:n]]
        old[y][1] = '[REDACTED]'
        now = [row[:] for row in rows]
        z = (y + 1) % n
        now[y][1] = now[z][1] = '[REDACTED]'
        self.add('total-now', ['differencing'], head, now, [(head, old)])

    def texts(self):
        r = self.r
        head, rows, n, _ = self.frequency(False, False)

        def nhs():
            while True:
                d = [r.randint(0, 9) for _ in range(9)]
                c = (11 - sum(x * (10 - i) for i, x in enumerate(d)) % 11) % 11
                if c < 10:
                    t = ''.join(map(str, d)) + str(c)
                    return t if r.random() < .5 else f'{t[:3]} {t[3:6]} {t[6:]}'
        letter = lambda: r.choice('ABCDEFGHJKLMNPRSTUWY')
        sentence = lambda: ' '.join(r.sample(['patient', 'reported', 'severe', 'pain', 'after', 'the', 'second', 'dose', 'and', 'was', 'seen', 'again', 'by', 'her', 'daughter', 'in', 'clinic',
                                               'mr', 'smith', 'declined', 'treatment'], r.randint(8, 16))).capitalize() + r.choice(['.', '', '; to review'])
        way = r.choice([
            (['nhs_number', 'NHS Number', 'id', 'key'], nhs), (['postcode', 'Post code', 'pc', 'home'], lambda: f'{letter()}{letter()}{r.randint(1, 20)} {r.randint(1, 9)}{letter()}{letter()}'),
            (['email', 'contact', 'e-mail'], lambda: f'{r.choice(["ann", "bob", "cy"])}.{r.randint(1, 99)}@example.org'),
            (['date_of_birth', 'dob', 'DOB', 'Birth date'], lambda: f'{r.randint(1930, 2005)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}'),
            (['patient_id', 'patid', 'Patient ID', 'pseudo_id', 'participant_id'], lambda: str(r.randint(100000, 99999999))),
            (['comments', 'notes', 'Free text', 'remarks', 'clinical_notes', 'other, please specify'], sentence),
            (['answer', 'what happened', 'text', 'response'], sentence),
            (['surname', 'patient_name', 'Full name'], lambda: r.choice(['Smith', 'Jones', 'Patel', 'Brown', 'Khan', 'Lee']) + r.choice(['', ' A', ' B', '-Cole'])),
            (['hospital_number', 'MRN'], lambda: f'{letter()}{r.randint(100000, 999999)}'),
            (['record'], lambda: '%032x' % r.getrandbits(128))])
        at = r.randint(0, 1)
        head.insert(at, r.choice(way[0]))
        for row in rows:
            row.insert(at, way[1]())
        self.add('text', ['free_text'], head, rows)

    def many_rows(self):
        r = self.r
        n = r.randint(5001, 5400)
        self.add('rows', ['rows'], ['day', 'n'], [[i, self.five()] for i in range(n)], style='plain')

    # --- safe ---------------------------------------------------------------------------------------------------------

    def safe(self):
        shape = self.r.choice([self.frequency, self.cross, self.long, self.measures, self.table_one, self.describe, self.model, self.survival, self.codes,
                               self.magnitude, self.shares])
        head, rows, *_ = shape()
        self.add('safe-' + shape.__name__, [], head, rows)

    def near_small(self):
        """Ten, and everything that is small but counts nobody."""
        r = self.r
        head, rows, n, _ = r.choice([lambda: self.frequency(False, False), lambda: self.cross(False, False), lambda: self.long(False)])()
        y, x = self.count_cell(head, rows, n)
        rows[y][x] = 10
        extra, values = r.choice([('mean', lambda i: round(r.uniform(1, 9), 1)), ('imd_decile', lambda i: i % 10 + 1), ('rate_per_1000', lambda i: round(r.uniform(.5, 9), 1)), ('stage', lambda i: i % 4 + 1),
                                  ('median', lambda i: r.randint(1, 9)), ('sd', lambda i: round(r.uniform(1, 5), 2)), ('rank', lambda i: i + 1), ('year', lambda i: 2015 + i % 4), ('week', lambda i: i + 1),
                                  ('p_value', lambda i: round(r.random(), 3)), ('odds_ratio', lambda i: round(r.uniform(.5, 3), 2)), ('age', lambda i: i + 1)])
        first = extra in ('imd_decile', 'stage', 'year', 'week', 'rank', 'age')
        head.insert(0 if first else len(head), extra)
        for i, row in enumerate(rows):
            row.insert(0 if first else len(row), values(i))
        self.add('near-small', [], head, rows)

    def near_suppressed(self):
        """Suppressed cells from which nothing follows: no total, two in a line, or the total hidden as well."""
        r = self.r
        hide = r.choice(HIDDEN)
        way = r.choice(['no-total', 'two', 'total-too', 'block'])
        if way == 'no-total':
            head, rows, n, _ = r.choice([lambda: self.frequency(False, False), lambda: self.cross(False, False), lambda: self.long(False)])()
            for _ in range(r.randint(1, 3)):
                y, x = r.randrange(n), len(head) - 1
                rows[y][x] = hide
        elif way == 'two':
            head, rows, n, _ = self.frequency(True, False)
            y = r.randrange(n)
            rows[y][1] = rows[(y + 1) % n][1] = hide
        elif way == 'total-too':
            head, rows, n, _ = self.frequency(True, False)
            rows[r.randrange(n)][1] = rows[-1][1] = hide
        else:
            head, rows, n, k = self.cross(True, True)
            for y in r.sample(range(n), 2):
                for x in r.Random(y).sample([1, 2], 2) if False else (1, 2):
                    rows[y][x] = hide
        self.add('near-suppressed-' + way, [], head, rows)

    def near_zero(self):
        """Zeros that tell nothing of a group: one empty class in a plain list, an empty week, nobody missing."""
        r = self.r
        way = r.choice(['list', 'series', 'missing'])
        if way == 'list':
            head, rows, n, _ = self.frequency(False, False)
            rows[r.randrange(n)][1] = 0
        elif way == 'series':
            head, rows = [r.choice(['week', 'date', 'month']), 'n'], [[f'2021-{m:02d}-01', self.five()] for m in range(1, 13)]
            rows[3][1] = 0
        else:
            dim, values = self.dim()
            head, rows = [dim, 'n', 'n_missing'], [[v, self.five(), r.choice([0, 10, 15])] for v in values]
        self.add('near-zero-' + way, [], head, rows)

    def near_class(self):
        r = self.r
        dim, values = self.dim()
        rows = [[v, self.five(2000, 4000), round(r.uniform(10, 90), 1)] for v in values]
        rows[0][2], rows[1][2] = r.choice([(99.9, .1), (99.5, .4), (1.0, 99.0)])
        head = [dim, 'n', r.choice(['pct_vaccinated', 'percent dead', '% tested'])]
        if r.random() < .5:
            head.append('cumulative_percent')
            for i, row in enumerate(rows):
                row.append(100.0 if i + 1 == len(rows) else round(100 * (i + 1) / len(rows), 1))
        self.add('near-class', [], head, rows)

    def near_dominant(self):
        share = self.r.uniform(.85, .895)
        head, rows, *_ = self.magnitude(share, row=0) if self.r.random() < .7 else self.shares(share, row=0)
        self.add('near-dominant', [], head, rows)

    def near_rounding(self):
        """Rounded to the middle of six; magnitudes that need no rounding."""
        r = self.r
        way = r.choice(['midpoint', 'magnitude', 'ten'])
        if way == 'midpoint':
            dim, values = self.dim()
            head, rows = [dim, r.choice(['n_midpoint6', 'count_midpoint6', 'n (midpoint 6 rounded)'])], [[v, 6 * r.randint(2, 300) + 3] for v in values]
        elif way == 'magnitude':
            dim, values = self.dim()
            head = [dim, 'n', r.choice(['total_cost', 'mean_cost', 'person_years', 'bed_days', 'mean age', 'rate', 'median_income'])]
            rows = [[v, self.five(30), r.randint(10000, 99999) + .5] for v in values]
        else:
            head, rows, n, _ = self.frequency(True, False)
            for row in rows:
                row[1] = row[1] * 2
        self.add('near-rounding-' + way, [], head, rows)

    def near_versions(self):
        """The same again, or a difference of many; another table of the workspace with other groups."""
        r = self.r
        way = r.choice(['same', 'far', 'other', 'more', 'hidden'])
        head, rows, n, _ = r.choice([lambda: self.frequency(False, False), lambda: self.cross(False, False), lambda: self.long(False)])()
        old_head, old = head, [row[:] for row in rows]
        y, x = self.count_cell(head, rows, n)
        if way == 'far':
            old[y][x] += 5 * r.randint(2, 30)
        elif way == 'other':
            old_head, old, *_ = self.frequency(False, False)
            old_head = [old_head[0] + ' of partner', old_head[1]]
        elif way == 'more':
            old = old[:-1]
        elif way == 'hidden':
            rows[y][x] = old[y][x] = '[REDACTED]'
        self.add('near-versions-' + way, [], head, rows, [(old_head, old)])

    def near_released_total(self):
        """The total was released before, but two of its parts are suppressed now."""
        r = self.r
        a, va = self.dim(('quarter',))
        b, vb = self.dim((a, 'quarter'))
        body = {(x, y): self.five() for x in va for y in vb}
        old = [[v, sum(body[v, w] for w in vb)] for v in va]
        rows = [[v, w, body[v, w]] for v in va for w in vb]
        rows[0][2] = rows[1][2] = '*'
        self.add('near-released-total', [], [a, b, 'n'], rows, [([a, 'n'], old)])

    def near_text(self):
        r = self.r
        head, rows, n, _ = self.frequency(False, False)
        way = r.choice([(['postcode_district', 'postcode area'], lambda: r.choice(['SW1A', 'LS1', 'M1', 'B15'])), (['practice_code', 'trust'], lambda: f'{r.choice("ABY")}{r.randint(10000, 99999)}'),
                        (['long label'], lambda: r.choice(['Any other white background, including Irish', 'Mixed: White and Black Caribbean', 'Asian or Asian British: any other background'])),
                        (['birth_year', 'year of birth'], lambda: str(r.randint(1930, 2000))), (['msoa', 'lsoa11'], lambda: f'E0100{r.randint(1000, 9999)}'),
                        (['snomed_code', 'bnf code'], lambda: f'{r.randint(10, 99)}0{r.randint(1000, 9999)}00{r.randint(10, 99)}')])
        head.insert(0, r.choice(way[0]))
        for row in rows:
            row.insert(0, way[1]())
        self.add('near-text', [], head, rows)

    def near_rows(self):
        n = self.r.randint(4000, 4990)
        self.add('near-rows', [], ['day', 'n'], [[i, self.five()] for i in range(n)], style='plain')

    def near_negative(self):
        r = self.r
        dim, values = self.dim()
        self.add('near-negative', [], [dim, 'n', 'mean', 'sd', 'min', 'max'],
                 [[v, self.five(30), round(r.uniform(-.3, .3), 2), round(r.uniform(1, 3), 2), round(r.uniform(-6, -3), 1), round(r.uniform(3, 6), 1)] for v in values])

    def make(self):
        plan = [(self.small, 14), (self.small_total, 3), (self.small_in_brackets, 3), (self.unrounded, 14), (lambda: self.dominant(True), 9), (lambda: self.dominant(False), 7),
                (self.dominant_share, 5), (self.few_contributors, 4), (self.mean_and_largest, 3), (self.whole_class, 22), (self.recoverable, 20), (self.recoverable_share, 4),
                (self.unlisted, 5), (self.versions, 12), (self.released_total, 6), (self.total_now, 4), (self.texts, 20), (self.many_rows, 2),
                (self.safe, 60), (self.near_small, 16), (self.near_suppressed, 16), (self.near_zero, 9), (self.near_class, 8), (self.near_dominant, 12), (self.near_rounding, 9),
                (self.near_versions, 14), (self.near_released_total, 4), (self.near_text, 12), (self.near_rows, 2), (self.near_negative, 3),
                (self.together, 6), (self.cycle, 6), (lambda: self.together(self.r.choice([20, 35, 60])), 6), (lambda: self.cycle((40, 35)), 4), (lambda: self.cycle((13, 9)), 3)]
        for kind, n in plan:
            for _ in range(n):
                kind()
        with open(os.path.join(self.folder, 'index.json'), 'w') as out:
            out.write('[\n' + ',\n'.join(json.dumps(e) for e in self.index) + '\n]\n')


if __name__ == '__main__':
    Corpus(int(sys.argv[1]), sys.argv[2]).make()
