# schema_verdicts.py SCHEMA DOCUMENTS: for each line of DOCUMENTS, which is a document as JSON, `fits`
# or the first place that does not fit.
import json, sys
from jsonschema import Draft202012Validator

with open(sys.argv[1]) as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
with open(sys.argv[2]) as lines:
    for line in lines:
        errors = validator.iter_errors(json.loads(line))
        places = sorted("/" + "/".join(map(str, error.absolute_path)) for error in errors)
        print(places[0] if places else "fits")
