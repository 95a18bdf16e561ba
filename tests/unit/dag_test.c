// The picture of a request: nothing overlaps, every line runs to the right, crowds are folded.
#include "base/str.h"
#include "job/dag.h"

#include <check.h>

static Arena arena;
static void arena_down(void)
{
    arena_free(&arena);
}

static DagAction action(Str name)
{
    return (DagAction){name, S("pending"), S("/job/")};
}

static void picture_is_sound(const Dag *d)
{
    for (isize i = 0; i < d->boxes_n; i++) {
        const DagBox *b = &d->boxes[i];
        ck_assert(b->x >= 0 && b->y >= 0 && b->x + b->w <= d->width && b->y + b->h <= d->height);
        for (isize j = 0; j < i; j++) {
            const DagBox *c = &d->boxes[j];
            bool apart = b->x + b->w <= c->x || c->x + c->w <= b->x || b->y + b->h <= c->y ||
                         c->y + c->h <= b->y;
            ck_assert_msg(apart, "%.*s lies on %.*s", STR(b->label), STR(c->label));
        }
    }
    for (isize e = 0; e < d->lines_n; e++) {
        const DagLine *l = &d->lines[e];
        ck_assert(d->boxes[l->from].rank < d->boxes[l->to].rank);
        for (isize i = 0; i < l->n; i++) {
            ck_assert(l->v[i].y >= 0 && l->v[i].y <= d->height);
            if (i) ck_assert(l->v[i].x > l->v[i - 1].x);
        }
    }
}

START_TEST(three_actions_in_a_row)
{
    DagAction v[] = {action(S("extract")), action(S("model")), action(S("plot"))};
    DagNeed needs[] = {
        {0, 1},
        {1, 2},
        {0, 2}
    };
    Dag d = dag_layout(&arena, v, 3, needs, 3, DAG_COLUMN_MAX);
    picture_is_sound(&d);
    ck_assert_int_eq(d.boxes_n, 3);
    ck_assert_int_eq(d.lines_n, 3);
    ck_assert_int_eq(d.boxes[0].rank, 0);
    ck_assert_int_eq(d.boxes[1].rank, 1);
    ck_assert_int_eq(d.boxes[2].rank, 2);
    ck_assert(!d.folded);
}
END_TEST

// The line from extract to plot must not run through the box of model, which stands between them.
START_TEST(a_line_goes_around_the_boxes_it_passes)
{
    DagAction v[] = {action(S("extract")), action(S("model")), action(S("plot"))};
    DagNeed needs[] = {
        {0, 1},
        {1, 2},
        {0, 2}
    };
    Dag d = dag_layout(&arena, v, 3, needs, 3, DAG_COLUMN_MAX);
    const DagBox *model = &d.boxes[1];
    for (isize e = 0; e < d.lines_n; e++) {
        if (d.lines[e].n != 4) continue;
        i64 y = d.lines[e].v[1].y;
        ck_assert(y < model->y || y > model->y + model->h);
    }
}
END_TEST

START_TEST(two_chains_do_not_cross)
{
    DagAction v[] = {action(S("a1")), action(S("b1")), action(S("b2")), action(S("a2"))};
    DagNeed needs[] = {
        {0, 3},
        {1, 2}
    };
    Dag d = dag_layout(&arena, v, 4, needs, 2, DAG_COLUMN_MAX);
    ck_assert((d.boxes[0].y < d.boxes[1].y) == (d.boxes[3].y < d.boxes[2].y));
}
END_TEST

START_TEST(a_circle_is_opened_not_followed)
{
    DagAction v[] = {action(S("a")), action(S("b")), action(S("c"))};
    DagNeed needs[] = {
        {0, 1},
        {1, 2},
        {2, 0},
        {1, 1},
        {7, 0}
    };
    Dag d = dag_layout(&arena, v, 3, needs, COUNT(needs), DAG_COLUMN_MAX);
    picture_is_sound(&d);
    ck_assert_int_eq(d.lines_n, 2);
}
END_TEST

START_TEST(nothing_is_no_picture)
{
    Dag d = dag_layout(&arena, NULL, 0, NULL, 0, DAG_COLUMN_MAX);
    ck_assert_int_eq(d.boxes_n, 0);
}
END_TEST

// 300 actions as a real study has them: one extract, many models, many tables, one report.
static Dag study_picture(isize models, isize column_max)
{
    isize n = 2 * models + 2, needs_n = 0;
    DagAction *v = make(&arena, DagAction, n);
    DagNeed *needs = make(&arena, DagNeed, 4 * models);
    v[0] = action(S("extract"));
    v[n - 1] = action(S("report"));
    for (isize i = 0; i < models; i++) {
        v[1 + i] = action(arena_fmt(&arena, "model_%s-%td", i % 3 ? "main" : "sub", i));
        v[1 + models + i] = action(arena_fmt(&arena, "table_%td", i));
        if (i == 7) v[1 + i].state = S("failed");
        needs[needs_n++] = (DagNeed){0, 1 + i};
        needs[needs_n++] = (DagNeed){1 + i, 1 + models + (i * 7) % models};
        needs[needs_n++] = (DagNeed){1 + models + i, n - 1};
        needs[needs_n++] = (DagNeed){0, 1 + models + i};
    }
    return dag_layout(&arena, v, n, needs, needs_n, column_max);
}

START_TEST(three_hundred_actions_stay_apart)
{
    Dag d = study_picture(150, 1000);
    ck_assert_int_eq(d.boxes_n, 302);
    picture_is_sound(&d);
}
END_TEST

START_TEST(a_crowded_column_is_folded_by_name)
{
    Dag d = study_picture(150, DAG_COLUMN_MAX);
    picture_is_sound(&d);
    ck_assert(d.folded);
    isize column = 0, members = 0, failed = 0;
    for (isize i = 0; i < d.boxes_n; i++) {
        members += d.boxes[i].members;
        if (d.boxes[i].rank != 1) continue;
        column++;
        failed += str_eq(d.boxes[i].state, S("failed"));
    }
    ck_assert_int_le(column, DAG_COLUMN_MAX);
    ck_assert_int_eq(members, 302);
    ck_assert_int_eq(failed, 1); // a failure is never hidden in a fold
}
END_TEST

START_TEST(two_thousand_names_without_a_common_word_are_folded)
{
    DagAction *v = make(&arena, DagAction, 2000);
    for (isize i = 0; i < 2000; i++)
        v[i] = action(arena_fmt(&arena, "x%tdy", i * 7919));
    Dag d = dag_layout(&arena, v, 2000, NULL, 0, DAG_COLUMN_MAX);
    ck_assert_int_le(d.boxes_n, DAG_COLUMN_MAX);
    picture_is_sound(&d);
}
END_TEST

START_TEST(long_names_keep_both_ends)
{
    DagAction v[] = {action(S("generate_study_population_of_the_whole_country_2020_wave_3"))};
    Dag d = dag_layout(&arena, v, 1, NULL, 0, DAG_COLUMN_MAX);
    ck_assert(str_starts(d.boxes[0].label, S("generate_study_popul")));
    ck_assert(str_ends(d.boxes[0].label, S("wave_3")));
    ck_assert(str_has(d.boxes[0].title, v[0].name));
}
END_TEST

START_TEST(the_same_input_gives_the_same_picture)
{
    Dag x = study_picture(40, DAG_COLUMN_MAX), y = study_picture(40, DAG_COLUMN_MAX);
    ck_assert_int_eq(x.boxes_n, y.boxes_n);
    for (isize i = 0; i < x.boxes_n; i++)
        ck_assert(x.boxes[i].x == y.boxes[i].x && x.boxes[i].y == y.boxes[i].y);
}
END_TEST

Suite *dag_suite(void);
Suite *dag_suite(void)
{
    Suite *s = suite_create("dag");
    TCase *t = tcase_create("layout");
    tcase_add_checked_fixture(t, NULL, arena_down);
    tcase_add_test(t, three_actions_in_a_row);
    tcase_add_test(t, a_line_goes_around_the_boxes_it_passes);
    tcase_add_test(t, two_chains_do_not_cross);
    tcase_add_test(t, a_circle_is_opened_not_followed);
    tcase_add_test(t, nothing_is_no_picture);
    tcase_add_test(t, three_hundred_actions_stay_apart);
    tcase_add_test(t, a_crowded_column_is_folded_by_name);
    tcase_add_test(t, two_thousand_names_without_a_common_word_are_folded);
    tcase_add_test(t, long_names_keep_both_ends);
    tcase_add_test(t, the_same_input_gives_the_same_picture);
    suite_add_tcase(s, t);
    return s;
}
