// A checked study and a plan, as JSON for programs and as lines for people.
#include "study/show.h"
#include "study/command.h"

static void problems_json(JsonOut *w, const StudyProblems *problems)
{
    json_arr(w);
    for (isize i = 0; i < problems->n; i++) {
        const StudyProblem *p = &problems->v[i];
        json_obj(w);
        json_str(json_key(w, S("code")), p->code);
        json_str(json_key(w, S("message")), p->message);
        json_int(json_key(w, S("line")), p->line);
        json_int(json_key(w, S("column")), p->column);
        json_end(w);
    }
    json_end(w);
}

static void outputs_json(JsonOut *w, const StudyAction *action)
{
    json_obj(json_key(w, S("outputs")));
    for (isize i = 0; i < action->outputs_n; i++) {
        const StudyOutput *o = &action->outputs[i];
        if (!i || o->level != action->outputs[i - 1].level) {
            if (i) json_end(w);
            json_obj(json_key(w, study_level_name(o->level)));
        }
        json_str(json_key(w, o->name), o->pattern);
    }
    if (action->outputs_n) json_end(w);
    json_end(w);
}

static void action_json(JsonOut *w, const StudyAction *action)
{
    json_obj(w);
    json_str(json_key(w, S("name")), action->name);
    json_arr(json_key(w, S("needs")));
    for (isize i = 0; i < action->needs_n; i++)
        json_str(w, action->needs[i].action);
    json_end(w);
    json_str(json_key(w, S("run")), action->run);
    outputs_json(w, action);
    json_bool(json_key(w, S("database")), action->database);
    json_end(w);
}

void show_study_json(JsonOut *w, const Study *s)
{
    json_obj(w);
    json_bool(json_key(w, S("valid")), !s->problems.n);
    json_str(json_key(w, S("rules")), study_rules_name(s->rules));
    json_real(json_key(w, S("version")), s->version);
    json_key(w, S("population_size"));
    if (s->has_population)
        json_int(w, s->population);
    else
        json_null(w);
    json_arr(json_key(w, S("actions")));
    for (isize i = 0; i < s->n; i++)
        action_json(w, &s->actions[i]);
    json_end(w);
    json_key(w, S("problems"));
    problems_json(w, &s->problems);
    json_key(w, S("warnings"));
    problems_json(w, &s->warnings);
    json_end(w);
}

static void waits_json(JsonOut *w, const PlanJob *job, bool only_old)
{
    json_arr(w);
    for (isize i = 0; i < job->waits_n; i++)
        if (!only_old || job->waits[i].old) json_str(w, job->waits[i].action);
    json_end(w);
}

void show_plan_json(Arena *a, JsonOut *w, const Plan *plan)
{
    json_obj(w);
    json_arr(json_key(w, S("jobs")));
    for (isize i = 0; i < plan->n; i++) {
        const PlanJob *job = &plan->jobs[i];
        json_obj(w);
        json_str(json_key(w, S("action")), job->name);
        json_str(json_key(w, S("state")), plan_state_name(job->state));
        json_str(json_key(w, S("message")), job->message);
        json_key(w, S("waits_for"));
        waits_json(w, job, false);
        json_key(w, S("waits_for_old"));
        waits_json(w, job, true);
        json_arr(json_key(w, S("inputs_from")));
        for (isize k = 0; k < job->inputs_from.n; k++)
            json_str(w, job->inputs_from.v[k]);
        json_end(w);
        json_key(w, S("run"));
        if (job->action)
            json_str(w, command_join(a, &job->words));
        else
            json_null(w);
        json_bool(json_key(w, S("requires_db")), job->database);
        json_end(w);
    }
    json_end(w);
    json_end(w);
}

static void problem_lines(Buf *b, const StudyProblems *problems, Str file, const char *prefix)
{
    for (isize i = 0; i < problems->n; i++) {
        const StudyProblem *p = &problems->v[i];
        buf_fmt(b, "%.*s:%u:%u: %s%.*s: %.*s\n", STR(file), p->line, p->column, prefix,
                STR(p->code), STR(p->message));
    }
}

void show_study(Buf *b, const Study *s, Str file)
{
    problem_lines(b, &s->problems, file, "");
    problem_lines(b, &s->warnings, file, "warning: ");
    if (s->problems.n)
        buf_fmt(b, "%.*s: not valid by the rules of %.*s, %td problem%s\n", STR(file),
                STR(study_rules_name(s->rules)), s->problems.n, s->problems.n == 1 ? "" : "s");
    else
        buf_fmt(b, "%.*s: valid by the rules of %.*s, %td action%s\n", STR(file),
                STR(study_rules_name(s->rules)), s->n, s->n == 1 ? "" : "s");
}

void show_plan(Arena *a, Buf *b, const Plan *plan)
{
    for (isize i = 0; i < plan->n; i++) {
        const PlanJob *job = &plan->jobs[i];
        buf_fmt(b, "%.*s: %.*s, %.*s\n", STR(job->name), STR(plan_state_name(job->state)),
                STR(job->message));
        for (isize k = 0; k < job->waits_n; k++)
            buf_fmt(b, "    waits for %.*s%s\n", STR(job->waits[k].action),
                    job->waits[k].old ? " (already there)" : "");
        if (job->action)
            buf_fmt(b, "    %.*s\n", STR(str_printable(a, command_join(a, &job->words))));
    }
}
