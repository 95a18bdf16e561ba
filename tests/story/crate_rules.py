# The rules of BagIt (RFC 8493) and of Five Safes RO-Crate 0.4, each fault as a sentence.
import hashlib
import re
import urllib.parse

SHP = "https://w3id.org/shp#"
FIVE_SAFES = "https://w3id.org/5s-crate/0.4"
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")


def manifest(text):
    lines = [line.split("  ", 1) for line in text.decode().splitlines()]
    return {re.sub("%0D|%0A|%25", lambda m: urllib.parse.unquote(m[0]), path): digest for digest, path in lines}


def bag_faults(files):
    faults = []
    if files.get("bagit.txt") != b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n":
        faults.append("bagit.txt is not as it must be")
    payload = {name for name in files if name.startswith("data/")}
    listed, tags = manifest(files["manifest-sha512.txt"]), manifest(files["tagmanifest-sha512.txt"])
    if set(listed) != payload:
        faults.append(f"the manifest and the payload differ: {sorted(set(listed) ^ payload)}")
    if list(listed) != sorted(listed, key=str.encode):
        faults.append("the manifest is not sorted")
    for name, digest in {**listed, **tags}.items():
        if hashlib.sha512(files[name]).hexdigest() != digest:
            faults.append(f"{name} has another SHA-512")
    sealed = {"tagmanifest-sha512.txt", "tagmanifest-sha512.txt.minisig"}
    if set(files) - payload - sealed != set(tags):
        faults.append("the tag manifest does not name every tag file")
    info = dict(line.split(": ", 1) for line in files["bag-info.txt"].decode().splitlines())
    if not re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", info.get("External-Identifier", "")):
        faults.append("External-Identifier is no UUID")
    if info.get("Payload-Oxum") != f"{sum(len(files[n]) for n in payload)}.{len(payload)}":
        faults.append("Payload-Oxum is wrong")
    return faults


def links(value):
    return [v["@id"] for v in (value if isinstance(value, list) else [value]) if isinstance(v, dict)]


def types(entity):
    return entity["@type"] if isinstance(entity["@type"], list) else [entity["@type"]]


def crate_faults(metadata, files):
    faults = []
    graph = metadata["@graph"]
    by_id = {e["@id"]: e for e in graph}
    if len(by_id) != len(graph):
        faults.append("an @id is there twice")
    root = by_id["./"]
    faults += root_faults(root, by_id)
    faults += run_faults(root, by_id, graph)
    faults += assessment_faults(root, by_id, graph)
    faults += file_faults(root, by_id, files)
    for entity in graph:
        for key, value in entity.items():
            nested = [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, dict)]
            if any(set(v) != {"@id"} for v in nested):
                faults.append(f"{entity['@id']}: {key} is nested")
            if re.search(r"[\w.]+@[\w.]+\.\w+", str(value)) or re.search(r"(^|[\s/])/(home|root|tmp|var)/", str(value)):
                faults.append(f"{entity['@id']}: {key} holds an address or a local path")
    return faults


def root_faults(root, by_id):
    faults = []
    if FIVE_SAFES not in links(root.get("conformsTo")):
        faults.append("the root does not claim Five Safes RO-Crate 0.4")
    for key in ("name", "description", "datePublished", "license", "publisher", "mainEntity", "sourceOrganization", "mentions"):
        if not root.get(key):
            faults.append(f"the root has no {key}")
    project = by_id[root["sourceOrganization"]["@id"]]
    if "Project" not in types(project) or not project.get("name") or not project.get("member"):
        faults.append("sourceOrganization is no Project with a name and members")
    if not set(types(by_id[root["publisher"]["@id"]])) & {"Organization", "Person"}:
        faults.append("the publisher is nobody")
    return faults


def run_faults(root, by_id, graph):
    faults = []
    runs = [e for e in graph if "CreateAction" in types(e) and links(e["instrument"]) == links(root["mainEntity"])]
    if len(runs) != 1:
        return [f"there are {len(runs)} runs of the main entity, not one"]
    run = runs[0]
    if run["actionStatus"] != "http://schema.org/CompletedActionStatus" or not links(run.get("result")):
        faults.append("the run is not completed, or has no result")
    person = by_id[run["agent"]["@id"]]
    if types(person) != ["Person"] or not person.get("affiliation"):
        faults.append("the run's agent is no person with an affiliation")
    if not set(links(run["result"])) <= set(links(root["hasPart"])):
        faults.append("a result is no part of the crate")
    actions = {e["@id"] for e in graph if any(t.endswith("Action") for t in types(e))}
    if set(links(root["mentions"])) != actions:
        faults.append("the root does not mention every action")
    return faults


def assessment_faults(root, by_id, graph):
    faults, kinds = [], []
    for action in graph:
        if "additionalType" not in action:
            continue
        kind = action["additionalType"]["@id"].removeprefix(SHP)
        kinds.append(kind)
        if kind not in ("CheckValue", "ValidationCheck", "SignOff", "DisclosureCheck", "GenerateCheckValue"):
            faults.append(f"{action['@id']} is of no known kind")
        if not action.get("name") or not TIME.match(action.get("endTime", "")):
            faults.append(f"{action['@id']} has no name or no time with a zone")
        if "./" not in links(action.get("object")):
            faults.append(f"{action['@id']} is not about the crate")
        if not set(types(by_id[action["agent"]["@id"]])) & {"Person", "Organization", "SoftwareApplication"}:
            faults.append(f"{action['@id']} was done by nobody")
    for kind in ("CheckValue", "SignOff", "DisclosureCheck", "GenerateCheckValue"):
        if kind not in kinds:
            faults.append(f"there is no {kind}")
    checkers = {a["agent"]["@id"] for a in graph if a.get("additionalType", {}).get("@id") == SHP + "DisclosureCheck"}
    if len(checkers) < 2:
        faults.append("fewer than two people checked the outputs")
    return faults


def file_faults(root, by_id, files):
    faults = []
    described = {urllib.parse.unquote(i): by_id[i] for i in links(root["hasPart"])}
    payload = {n.removeprefix("data/") for n in files if n.startswith("data/") and "/ro-crate-" not in n}
    if set(described) != payload:
        faults.append(f"hasPart and the payload differ: {sorted(set(described) ^ payload)}")
    for name in payload & set(described):
        content, entity = files["data/" + name], described[name]
        if entity["contentSize"] != str(len(content)) or entity["sha256"] != hashlib.sha256(content).hexdigest():
            faults.append(f"{name} is described wrongly")
        if not entity.get("encodingFormat"):
            faults.append(f"{name} has no encodingFormat")
    return faults
