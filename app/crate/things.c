// Who and what the actions speak of: people, project, organisation, software, policies, groups of files.
#include "crate/graph.h"

#include "base/encode.h"
#include "base/str.h"

// Who was told already; each entity stands once.
typedef struct Told {
    Graph *g;
    StrList names;
} Told;

static bool first_time(Told *t, Str name)
{
    if (!name.n || str_list_has(&t->names, name)) return false;
    str_list_add(t->g->a, &t->names, name);
    return true;
}

static void person(Told *t, Str username, Str name)
{
    if (!first_time(t, username)) return;
    entity_begin(t->g, person_id(t->g->a, username), "Person");
    fact(t->g, "name", name.n ? name : username);
    fact(t->g, "identifier", username);
    fact_link(t->g, "affiliation", S("#organisation"));
    fact_link(t->g, "memberOf", S("#project"));
    entity_end(t->g);
}

static void people(Graph *g)
{
    const Crate *c = g->crate;
    Told t = {.g = g};
    for (isize i = 0; i < c->releases_n; i++) { // those whose names are known come first
        const CrateRelease *r = &c->releases[i];
        person(&t, r->author.username, r->author.name);
        for (isize k = 0; k < r->reviews_n; k++)
            person(&t, r->reviews[k].checker.username, r->reviews[k].checker.name);
        person(&t, r->uploaded_by.username, r->uploaded_by.name);
    }
    for (isize i = 0; i < c->releases_n; i++) {
        person(&t, c->releases[i].decided_by.username, c->releases[i].decided_by.name);
        person(&t, c->releases[i].withdrawn_by, (Str){0});
    }
    for (isize i = 0; i < g->survey->people.n; i++)
        person(&t, g->survey->people.v[i], (Str){0});
    StrList ids = {0};
    for (isize i = 0; i < t.names.n; i++)
        str_list_add(g->a, &ids, person_id(g->a, t.names.v[i]));
    entity_begin(g, S("#project"), "Project");
    fact(g, "name", c->project.n ? c->project : c->workspace);
    fact(g, "identifier", c->project_id);
    fact_links(g, "member", &ids);
    entity_end(g);
}

static void places(Graph *g)
{
    const Crate *c = g->crate;
    entity_begin(g, S("#organisation"), "Organization");
    fact(g, "name", c->organisation);
    fact(g, "url", c->origin);
    entity_end(g);
    entity_begin(g, S("#tresor"), "SoftwareApplication");
    fact(g, "name", S("Tresor"));
    fact(g, "description",
         S("The trusted research environment that ran, checked and released this"));
    fact(g, "url", c->origin); // no version of it: archives stay the same when the site is upgraded
    fact_link(g, "provider", S("#organisation"));
    entity_end(g);
    if (c->licence.n) {
        entity_begin(g, c->licence, "CreativeWork");
        fact(g, "name", c->licence);
    } else {
        entity_begin(g, S("#terms"), "CreativeWork");
        fact(g, "name", S("Terms of the research project"));
        fact(g, "description",
             S("These files left a trusted research environment under the agreement of "
               "the project. No further licence is granted here."));
    }
    entity_end(g);
}

static void workflow(Graph *g)
{
    const Crate *c = g->crate;
    if (!c->workflow.n) {
        entity_begin(g, S("#study"), "SoftwareSourceCode|ComputationalWorkflow");
        fact(g, "name", c->workspace);
        fact(g, "description",
             S("The study's code; its project.yaml says which actions there are"));
        fact(g, "codeRepository", c->repo);
        fact(g, "version", c->branch);
        entity_end(g);
        return;
    }
    entity_begin(g, S("workflow/project.yaml"), "File|SoftwareSourceCode|ComputationalWorkflow");
    fact(g, "name", arena_fmt(g->a, "project.yaml of %.*s", STR(c->workspace)));
    fact(g, "description", S("The actions of the study and what each one makes, as they were run"));
    fact(g, "codeRepository", c->repo);
    fact(g, "encodingFormat", S("application/yaml"));
    fact_number(g, "contentSize", c->workflow.n);
    fact_link(g, "author", person_id(g->a, crate_author(c)));
    fact(g, "sha256", sha256_hex(g->a, c->workflow));
    fact(g, "version", c->branch);
    if (str_has(c->repo, S("://"))) fact(g, "url", c->repo);
    fact_link(g, "conformsTo",
              S("https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"));
    fact_link(g, "programmingLanguage", S("#project-yaml"));
    fact_link(g, "license", c->licence.n ? c->licence : S("#terms"));
    entity_end(g);
    entity_begin(g, S("#project-yaml"), "ComputerLanguage");
    fact(g, "name", S("OpenSAFELY project.yaml"));
    fact(g, "alternateName", S("project.yaml"));
    fact(g, "identifier", S("https://docs.opensafely.org/actions-pipelines/"));
    fact(g, "url", S("https://docs.opensafely.org/actions-pipelines/"));
    entity_end(g);
}

// python:v2
static Str image_version(Str image)
{
    Str version = str_skip(image, str_rfind_byte(image, ':') + 1);
    return version.n == image.n || str_find_byte(version, '/') >= 0 ? S("") : version;
}

static void readme(Graph *g)
{
    Str text = readme_text(g->a, g->crate);
    entity_begin(g, S("README.md"), "File");
    fact(g, "name", S("What this is, and how to check it"));
    fact_link(g, "about", S("./"));
    fact(g, "encodingFormat", S("text/markdown"));
    fact_number(g, "contentSize", text.n);
    fact(g, "sha256", sha256_hex(g->a, text));
    entity_end(g);
}

static void images(Graph *g)
{
    for (isize i = 0; i < g->survey->images.n; i++) {
        Str image = g->survey->images.v[i];
        entity_begin(g, image_id(g->a, image), "SoftwareApplication");
        fact(g, "name", image);
        fact(g, "softwareVersion", image_version(image));
        fact(g, "description", S("The programs that an action ran with, without network"));
        entity_end(g);
    }
}

Str policy_id(Arena *a, const CrateRelease *r)
{
    return arena_fmt(a, "#policy-%.*s", STR(r->id));
}

static void agreements(Graph *g)
{
    const Crate *c = g->crate;
    for (isize i = 0; i < c->releases_n; i++) {
        const CrateRelease *r = &c->releases[i];
        entity_begin(g, policy_id(g->a, r), "CreativeWork");
        fact(g, "name",
             r->policy_name.n ? arena_fmt(g->a, "Disclosure policy \"%.*s\"", STR(r->policy_name))
                              : S("Output checking by people"));
        fact(g, "description",
             r->reviews_needed
                 ? arena_fmt(
                       g->a,
                       "Every file is approved by %lld checkers independently before it leaves",
                       (long long)r->reviews_needed)
                 : S("Every file is approved by checkers before it leaves"));
        fact(g, "text", r->policy);
        entity_end(g);
        if (!r->record.n) continue;
        entity_begin(g, record_path(g->a, r->id), "File");
        fact(g, "name", arena_fmt(g->a, "Record of release %.*s", STR(r->id)));
        fact(g, "description",
             S("Who asked, who decided, the policy in force, findings and decisions per "
               "file, as the airlock said them"));
        fact(g, "encodingFormat", S("application/json"));
        fact_number(g, "contentSize", r->record.n);
        fact(g, "sha256", sha256_hex(g->a, r->record));
        entity_end(g);
    }
}

void graph_things(Graph *g)
{
    readme(g);
    people(g);
    places(g);
    workflow(g);
    images(g);
    agreements(g);
}
