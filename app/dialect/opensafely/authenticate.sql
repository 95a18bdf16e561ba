-- database: server

-- one authenticate_person(id i64): who that is
select username, name from person where id = :id and is_active = 1;

-- many authenticate_workspaces(person i64): the workspaces of somebody's projects
select w.name, w.is_archived as "is_archived:bool", w.project_name as "project:text", w.org_slug as "org:text"
  from project_member m join workspace_full w on w.project = m.project where m.person = :person order by w.name limit 1000;
