"""People are invited into a project by a letter; they join when they accept, or never."""
import re
import sqlite3

import pytest
from server_site import ServerSite, Visitor

INVITE, SETTINGS, PROJECT = "/lab/study/invite-users/", "/lab/study/settings/", "/lab/study/"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = ServerSite(tmp_path_factory.mktemp("server"))
    site.people = {name: site.person(name) for name in ("ada", "bob", "cem", "dan")}
    site.org("lab", "ada")
    site.people["ada"].submit(site.people["ada"].get("/lab/new-project/"), "/lab/new-project/",
                              {"name": "Study", "number": "12"})
    person = sqlite3.connect(site.folder / "server.db").execute("select id from person where username = 'ada'").fetchone()[0]
    site.admin.submit(site.admin.get("/staff/users/admin/"), "/roles/", {"roles": "CoreDeveloper"})
    site.ids = dict(sqlite3.connect(site.folder / "server.db").execute("select username, id from person"))
    assert site.ids["ada"] == person
    yield site
    site.stop()


def coordinator(site):
    """Ada may edit memberships: Project Developers may not."""
    with sqlite3.connect(site.folder / "server.db") as db:
        db.execute("insert or ignore into role_grant (person, role, project, created_at) "
                   "select ?, 'ProjectCoordinator', id, 0 from project where slug = 'study'", (site.ids["ada"],))
    return site.people["ada"]


def letters(site):
    page = site.admin.get("/staff/outbox/")
    return [site.admin.get(path) for path in re.findall(r'href="(/staff/outbox/\d+/)"', page.text)]


def link_in(letter):
    return re.search(r"https://\S+?(/lab/study/accept-invite/[\w-]+/)", letter.text).group(1)


def invite(site, *names, roles=("ProjectDeveloper",)):
    ada = coordinator(site)
    return ada.submit(ada.get(INVITE), "/invite-users/",
                      [("users", site.ids[n]) for n in names] + [("roles", r) for r in roles])


def test_only_those_who_edit_memberships_invite(site):
    assert site.people["bob"].get(INVITE).status == 404
    assert 'href="/lab/study/invite-users/"' in coordinator(site).get(SETTINGS).text


def test_the_letter_leads_to_membership_with_its_roles_once(site):
    page = invite(site, "bob", roles=("ProjectDeveloper", "ProjectCollaborator"))
    assert page.path == SETTINGS and "1 person is invited" in page.text
    assert re.search(r'data-label="Person">bob<.*?Project Developer, Project Collaborator', page.text, re.S)
    letter = letters(site)[0]
    assert "OpenSAFELY Project Invite from Ada to 12 - Study" in letter.text and "bob@lab.example" in letter.text
    link = link_in(letter)
    bob = site.people["bob"]
    assert "You are invited to this project" in bob.get(PROJECT).text
    page = bob.get(link)
    assert "<strong>Ada</strong> invited you" in page.text and "12 - Study" in page.text
    assert "Bob" not in bob.get(PROJECT).text.split("<h2>Researchers</h2>")[1]  # looking accepts nothing
    page = bob.submit(page, link)
    assert page.path == PROJECT and "You belong to the project now" in page.text
    assert re.search(r"<strong>Bob</strong>.*?Project (Developer|Collaborator)", page.text, re.S)
    assert bob.get(link).path == PROJECT  # again: nothing more happens
    assert bob.get("/lab/study/new-workspace/").status == 200
    page = invite(site, "bob")
    assert "Failed to invite 1 User: bob: already belongs to the project" in page.text


def test_a_link_opens_for_the_invited_person_only_and_cannot_be_made_up(site):
    invite(site, "cem")
    link = link_in(letters(site)[0])
    page = site.people["dan"].get(link)
    assert page.path == "/" and "Only the User who was invited may accept an invite." in page.text
    assert Visitor(site).get(link).path.startswith("/login/")
    number, mark = re.search(r"/(\d+)-(\w+)/", link).groups()
    for forged in (f"{int(number) + 1}-{mark}", f"{number}-{'0' * len(mark)}", number, f"{number}-", "x"):
        assert site.people["cem"].get(f"/lab/study/accept-invite/{forged}/").status == 404, forged


def test_an_invitation_that_was_taken_back_opens_nothing(site):
    invite(site, "dan")
    link = link_in(letters(site)[0])
    ada = coordinator(site)
    before = ada.get(SETTINGS)
    row = re.search(r'data-label="Person">dan<.*?name="invite_pk" value="(\d+)"', before.text, re.S).group(1)
    page = ada.submit(before, "/cancel-invite/", {"invite_pk": row})
    assert "is taken back" in page.text and 'data-label="Person">dan<' not in page.text
    assert site.people["dan"].get(link).status == 404
    assert ada.submit(before, "/cancel-invite/", {"invite_pk": row}).status == 409
    assert "1 person is invited" in invite(site, "dan").text  # a new one is possible


def test_who_was_removed_can_be_invited_again_and_old_links_stay_dead(site):
    old = next(link_in(l) for l in letters(site) if "bob@lab.example" in l.text)
    ada = coordinator(site)
    ada.submit(ada.get(SETTINGS), "/members/remove/", {"person": site.ids["bob"]})
    assert site.people["bob"].get(old).status == 404
    assert "1 person is invited" in invite(site, "bob").text


def test_nobody_chosen_and_no_address(site):
    assert "Choose at least one person." in invite(site).text
    site.admin.submit(site.admin.get("/staff/users/new/"), "/staff/users/new/",
                      {"username": "eve", "name": "Eve", "email": ""})
    site.ids = dict(sqlite3.connect(site.folder / "server.db").execute("select username, id from person"))
    count = len(letters(site))
    assert "No letter goes to eve" in invite(site, "eve").text
    assert len(letters(site)) == count
