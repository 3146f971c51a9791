#include "scenarios/shape.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace stampede::scenarios {
namespace {

using engine::Document;

std::shared_ptr<Shape> make(Shape::Kind kind) {
  auto shape = std::make_shared<Shape>();
  shape->kind = kind;
  return shape;
}

bool is_scalar_kind(Shape::Kind kind) {
  return kind != Shape::Kind::any && kind != Shape::Kind::list && kind != Shape::Kind::mapping &&
         kind != Shape::Kind::choice;
}

/// Parts per million of a text like `1%`, `0.5%`, `100ppm`, `0`; nothing for other texts.
std::optional<std::int64_t> parse_ppm(std::string_view text) {
  bool negative = false;
  if (!text.empty() && text.front() == '-') {
    negative = true;
    text.remove_prefix(1);
  }
  std::int64_t scale = 1;
  if (text.ends_with("ppm")) {
    text.remove_suffix(3);
  } else if (text.ends_with("%")) {
    text.remove_suffix(1);
    scale = 10'000;
  } else if (text != "0") {
    return std::nullopt;
  }
  std::int64_t value = 0;
  std::size_t digits = 0;
  bool fraction = false;
  for (const char letter : text) {
    if (letter == '.' && !fraction) {
      fraction = true;
      continue;
    }
    if (letter < '0' || letter > '9' || ++digits > 9) return std::nullopt;
    if (fraction) {
      if (scale % 10 != 0) return std::nullopt;
      scale /= 10;
      value += scale * (letter - '0');
    } else {
      value = value * 10 + static_cast<std::int64_t>(letter - '0') * scale;
    }
  }
  if (digits == 0) return std::nullopt;
  return negative ? -value : value;
}

void validate_scalar(const Document& document, const Shape& shape) {
  switch (shape.kind) {
    case Shape::Kind::boolean:
      engine::read_boolean(document);
      break;
    case Shape::Kind::integer:
      engine::read_integer(document, shape.low, shape.high);
      break;
    case Shape::Kind::duration:
      engine::read_duration(document);
      break;
    case Shape::Kind::offset:
      read_offset(document);
      break;
    case Shape::Kind::rate:
      read_rate(document);
      break;
    case Shape::Kind::signed_rate:
      read_signed_ppm(document);
      break;
    case Shape::Kind::budget:
      if (document.scalar("a count or 'unlimited'") != "unlimited") read_count(document);
      break;
    case Shape::Kind::count:
      read_count(document);
      break;
    case Shape::Kind::text:
      static_cast<void>(document.scalar("a text"));
      break;
    case Shape::Kind::name: {
      const std::string& written = document.scalar("a name");
      if (std::find(shape.values.begin(), shape.values.end(), written) != shape.values.end()) break;
      document.fail("'" + written + "' is not one of: " + engine::comma_list(shape.values),
                    engine::did_you_mean(written, shape.values));
    }
    default:
      break;
  }
}

bool fits(const Document& document, const Shape& shape) {
  if (shape.kind == Shape::Kind::any) return true;
  if (shape.kind == Shape::Kind::choice) {
    return std::any_of(shape.alternatives.begin(), shape.alternatives.end(),
                       [&](const ShapePtr& alternative) { return fits(document, *alternative); });
  }
  if (shape.kind == Shape::Kind::list) return document.is_sequence();
  if (shape.kind == Shape::Kind::mapping) return document.is_mapping() && !is_open_scalar(document);
  return document.is_scalar() || is_open_scalar(document);
}

std::string kind_text(const Shape& shape) {
  switch (shape.kind) {
    case Shape::Kind::boolean:
      return "true or false";
    case Shape::Kind::integer:
      return "an integer";
    case Shape::Kind::duration:
    case Shape::Kind::offset:
      return "a duration";
    case Shape::Kind::rate:
    case Shape::Kind::signed_rate:
      return "a rate";
    case Shape::Kind::budget:
      return "a count or 'unlimited'";
    case Shape::Kind::count:
      return "a count";
    case Shape::Kind::text:
      return "a text";
    case Shape::Kind::name:
      return "a name";
    case Shape::Kind::list:
      return "a list";
    case Shape::Kind::mapping:
      return "a mapping";
    case Shape::Kind::choice: {
      std::vector<std::string> texts;
      for (const ShapePtr& alternative : shape.alternatives) {
        const std::string one = kind_text(*alternative);
        if (std::find(texts.begin(), texts.end(), one) == texts.end()) texts.push_back(one);
      }
      std::string all;
      for (const std::string& one : texts) all += (all.empty() ? "" : " or ") + one;
      return all;
    }
    case Shape::Kind::any:
      return "anything";
  }
  return {};
}

}  // namespace

ShapePtr any() { return make(Shape::Kind::any); }
ShapePtr boolean() { return make(Shape::Kind::boolean); }
ShapePtr integer(std::int64_t low, std::int64_t high) {
  auto shape = make(Shape::Kind::integer);
  shape->low = low;
  shape->high = high;
  return shape;
}
ShapePtr duration() { return make(Shape::Kind::duration); }
ShapePtr offset() { return make(Shape::Kind::offset); }
ShapePtr rate() { return make(Shape::Kind::rate); }
ShapePtr signed_rate() { return make(Shape::Kind::signed_rate); }
ShapePtr count() { return make(Shape::Kind::count); }
ShapePtr budget() { return make(Shape::Kind::budget); }
ShapePtr text() { return make(Shape::Kind::text); }
ShapePtr name(std::vector<std::string> values) {
  auto shape = make(Shape::Kind::name);
  shape->values = std::move(values);
  return shape;
}
ShapePtr list(ShapePtr element) {
  auto shape = make(Shape::Kind::list);
  shape->element = std::move(element);
  return shape;
}
ShapePtr mapping(std::vector<Field> fields, std::vector<std::string> exactly_one) {
  auto shape = make(Shape::Kind::mapping);
  shape->fields = std::move(fields);
  shape->exactly_one = std::move(exactly_one);
  return shape;
}
ShapePtr choice(std::vector<ShapePtr> alternatives) {
  auto shape = make(Shape::Kind::choice);
  shape->alternatives = std::move(alternatives);
  return shape;
}

void validate(const Document& document, const Shape& shape) {
  if (shape.kind == Shape::Kind::any) return;
  if (is_scalar_kind(shape.kind)) {
    if (!is_open_scalar(document)) return validate_scalar(document, shape);
    const Document& options = document.entries.front().value;
    options.expect_sequence("a list of values");
    if (options.items.empty()) options.fail("there is nothing to pick from");
    for (const Document& item : options.items) validate_scalar(item, shape);
    if (document.entries.front().key == "between") {
      if (shape.kind == Shape::Kind::text || shape.kind == Shape::Kind::name ||
          shape.kind == Shape::Kind::boolean) {
        document.fail("'between' needs numbers, durations or rates", "use one_of");
      }
      if (options.items.size() != 2)
        options.fail("'between' takes two ends", "write { between: [low, high] }");
    }
    return;
  }
  switch (shape.kind) {
    case Shape::Kind::list:
      document.expect_sequence("a list");
      for (const Document& item : document.items) validate(item, *shape.element);
      break;
    case Shape::Kind::mapping: {
      std::vector<std::string> known;
      for (const Field& field : shape.fields) known.push_back(field.name);
      document.expect_keys("a mapping", known);
      for (const Field& field : shape.fields) {
        if (field.required && document.find(field.name) == nullptr)
          document.fail("missing key '" + field.name + "'");
      }
      std::size_t marks = 0;
      for (const Document::Entry& entry : document.entries) {
        for (const Field& field : shape.fields) {
          if (field.name == entry.key) validate(entry.value, *field.shape);
        }
        marks += std::count(shape.exactly_one.begin(), shape.exactly_one.end(), entry.key) != 0
                     ? 1U
                     : 0U;
      }
      if (!shape.exactly_one.empty() && marks != 1) {
        document.fail(
            marks == 0 ? "this says nothing to do" : "this says more than one thing to do",
            "exactly one of: " + engine::comma_list(shape.exactly_one));
      }
      break;
    }
    case Shape::Kind::choice:
      for (const ShapePtr& alternative : shape.alternatives) {
        if (fits(document, *alternative)) return validate(document, *alternative);
      }
      document.fail("expected " + kind_text(shape));
    default:
      break;
  }
}

engine::Ppm read_rate(const Document& document) {
  const std::string& written = document.scalar("a rate");
  const auto ppm = parse_ppm(written);
  if (!ppm)
    document.fail("'" + written + "' is not a rate", "write for example 1%, 0.5% or 100ppm");
  if (*ppm < 0 || *ppm > 1'000'000)
    document.fail("'" + written + "' is out of range", "allowed: 0% .. 100%");
  return {static_cast<std::uint32_t>(*ppm)};
}

std::int32_t read_signed_ppm(const Document& document) {
  const std::string& written = document.scalar("a rate");
  const auto ppm = parse_ppm(written);
  if (!ppm) document.fail("'" + written + "' is not a rate", "write for example 100ppm or -1%");
  if (*ppm < -900'000 || *ppm > 1'000'000)
    document.fail("'" + written + "' is out of range", "allowed: -90% .. 100%");
  return static_cast<std::int32_t>(*ppm);
}

std::uint64_t read_count(const Document& document) {
  const std::string& written = document.scalar("a count");
  std::uint64_t scale = 1;
  Document digits = document;
  if (!written.empty()) {
    switch (written.back()) {
      case 'k':
        scale = 1'000;
        break;
      case 'M':
        scale = 1'000'000;
        break;
      case 'G':
        scale = 1'000'000'000;
        break;
      default:
        break;
    }
    if (scale != 1) digits.text.pop_back();
  }
  return static_cast<std::uint64_t>(
             engine::read_integer(digits, 0, INT64_MAX / static_cast<std::int64_t>(scale))) *
         scale;
}

engine::Duration read_offset(const Document& document) {
  const std::string& written = document.scalar("a duration");
  const auto parsed = engine::parse_duration(written);
  if (!parsed)
    document.fail("'" + written + "' is not a duration", "write for example 200ms, 1.5s, -30us");
  return *parsed;
}

bool is_open_scalar(const Document& document) {
  return document.is_mapping() && document.entries.size() == 1 &&
         (document.entries.front().key == "one_of" || document.entries.front().key == "between");
}

namespace {

/// A value between two scalars of the same kind.
std::string between(const Document& low, const Document& high, std::uint64_t bits) {
  const auto inside = [&](std::int64_t a, std::int64_t b) {
    if (a > b) high.fail("the ends of 'between' are in the wrong order");
    return a +
           static_cast<std::int64_t>(engine::below(bits, static_cast<std::uint64_t>(b - a) + 1));
  };
  const auto low_ppm = parse_ppm(low.text);
  const auto high_ppm = parse_ppm(high.text);
  const bool rates = low.text.find_first_of("%p") != std::string::npos ||
                     high.text.find_first_of("%p") != std::string::npos;
  if (rates && low_ppm && high_ppm) return std::to_string(inside(*low_ppm, *high_ppm)) + "ppm";
  const auto low_time = engine::parse_duration(low.text);
  const auto high_time = engine::parse_duration(high.text);
  const bool times = low.text.find_first_not_of("-0123456789") != std::string::npos ||
                     high.text.find_first_not_of("-0123456789") != std::string::npos;
  if (times && low_time && high_time) {
    return engine::to_string(
        engine::Duration{inside(low_time->nanoseconds, high_time->nanoseconds)});
  }
  return std::to_string(inside(engine::read_integer(low, INT64_MIN, INT64_MAX),
                               engine::read_integer(high, INT64_MIN, INT64_MAX)));
}

Document pick_at(const Document& document, std::uint64_t seed, std::uint64_t path) {
  if (is_open_scalar(document)) {
    const Document& options = document.entries.front().value;
    const std::uint64_t bits = engine::draw(seed, engine::Domain::scenario_choice, path);
    if (document.entries.front().key == "one_of")
      return options.items[engine::below(bits, options.items.size())];
    Document picked = options.items.front();
    picked.text = between(options.items[0], options.items[1], bits);
    return picked;
  }
  Document copy = document;
  // Items go by content and ordinal among equals, not by position: removing one leaves the draws of
  // the others as they were.
  std::map<std::string, std::uint64_t> seen;
  for (Document& item : copy.items) {
    const std::string content = item.to_text();
    item = pick_at(item, seed,
                   engine::mix(path, engine::mix(engine::hash_bytes(content), ++seen[content])));
  }
  for (Document::Entry& entry : copy.entries) {
    entry.value = pick_at(entry.value, seed, engine::mix(path, engine::hash_bytes(entry.key)));
  }
  return copy;
}

using Json = nlohmann::ordered_json;

Json open_form(const Json& closed, bool ordered) {
  Json form;
  form["anyOf"] = Json::array(
      {closed,
       {{"type", "object"},
        {"required", {"one_of"}},
        {"additionalProperties", false},
        {"properties", {{"one_of", {{"type", "array"}, {"minItems", 1}, {"items", closed}}}}}}});
  if (ordered) {
    form["anyOf"].push_back(
        {{"type", "object"},
         {"required", {"between"}},
         {"additionalProperties", false},
         {"properties",
          {{"between",
            {{"type", "array"}, {"minItems", 2}, {"maxItems", 2}, {"items", closed}}}}}});
  }
  return form;
}

Json schema_of(const Shape& shape) {
  Json json;
  const std::string number = "[0-9]+(\\.[0-9]+)?";
  switch (shape.kind) {
    case Shape::Kind::any:
      return Json::object();
    case Shape::Kind::boolean:
      return open_form({{"type", "boolean"}}, false);
    case Shape::Kind::integer:
      return open_form({{"type", "integer"}, {"minimum", shape.low}, {"maximum", shape.high}},
                       true);
    case Shape::Kind::duration:
      return open_form({{"type", {"string", "integer"}},
                        {"pattern", "^(0|" + number + "(ns|us|ms|s|min|h))$"},
                        {"maximum", 0},
                        {"minimum", 0}},
                       true);
    case Shape::Kind::offset:
      return open_form({{"type", {"string", "integer"}},
                        {"pattern", "^(0|-?" + number + "(ns|us|ms|s|min|h))$"},
                        {"maximum", 0},
                        {"minimum", 0}},
                       true);
    case Shape::Kind::rate:
    case Shape::Kind::signed_rate:
      return open_form({{"type", {"string", "integer"}},
                        {"pattern", "^(0|-?" + number + "(%|ppm))$"},
                        {"maximum", 0},
                        {"minimum", 0}},
                       true);
    case Shape::Kind::budget:
      return {{"type", {"string", "integer"}},
              {"pattern", "^([0-9]+[kMG]?|unlimited)$"},
              {"minimum", 0}};
    case Shape::Kind::count:
      return open_form(
          {{"type", {"string", "integer"}}, {"pattern", "^[0-9]+[kMG]?$"}, {"minimum", 0}}, true);
    case Shape::Kind::text:
      return open_form({{"type", {"string", "number", "boolean", "null"}}}, false);
    case Shape::Kind::name:
      return open_form({{"enum", shape.values}}, false);
    case Shape::Kind::list:
      return {{"type", "array"}, {"items", schema_of(*shape.element)}};
    case Shape::Kind::mapping: {
      json["type"] = "object";
      json["additionalProperties"] = false;
      Json properties = Json::object();
      Json required = Json::array();
      for (const Field& field : shape.fields) {
        Json one = schema_of(*field.shape);
        if (!field.about.empty()) one["description"] = field.about;
        properties[field.name] = one;
        if (field.required) required.push_back(field.name);
      }
      json["properties"] = properties;
      if (!required.empty()) json["required"] = required;
      if (!shape.exactly_one.empty()) {
        Json variants = Json::array();
        for (const std::string& key : shape.exactly_one) variants.push_back({{"required", {key}}});
        json["oneOf"] = variants;
      }
      return json;
    }
    case Shape::Kind::choice: {
      Json alternatives = Json::array();
      for (const ShapePtr& alternative : shape.alternatives)
        alternatives.push_back(schema_of(*alternative));
      return {{"anyOf", alternatives}};
    }
  }
  return json;
}

}  // namespace

Document pick(const Document& document, std::uint64_t seed) {
  return pick_at(document, seed, engine::hash_seed);
}

std::string json_schema(const Shape& shape, const std::string& title, const std::string& about) {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                 {"title", title},
                 {"description", about}};
  schema.update(schema_of(shape));
  return schema.dump(2) + "\n";
}

}  // namespace stampede::scenarios
