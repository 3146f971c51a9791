#include "scenarios/documents/schema.hpp"

#include <algorithm>
#include <map>

namespace stampede::scenarios {
namespace {

using engine::Document;

std::shared_ptr<Schema> make(Schema::Kind kind, std::string defined_as = {}) {
  auto schema = std::make_shared<Schema>();
  schema->kind = kind;
  schema->defined_as = std::move(defined_as);
  return schema;
}

bool is_scalar_kind(Schema::Kind kind) {
  return kind != Schema::Kind::any && kind != Schema::Kind::list && kind != Schema::Kind::mapping &&
         kind != Schema::Kind::choice;
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

void validate_scalar(const Document& document, const Schema& schema) {
  switch (schema.kind) {
    case Schema::Kind::boolean:
      engine::read_boolean(document);
      break;
    case Schema::Kind::integer:
      engine::read_integer(document, schema.low, schema.high);
      break;
    case Schema::Kind::duration:
      engine::read_duration(document);
      break;
    case Schema::Kind::offset:
      read_offset(document);
      break;
    case Schema::Kind::rate:
      read_rate(document);
      break;
    case Schema::Kind::signed_rate:
      read_signed_ppm(document);
      break;
    case Schema::Kind::budget:
      if (document.scalar("a count or 'unlimited'") != "unlimited") read_count(document);
      break;
    case Schema::Kind::count:
      read_count(document);
      break;
    case Schema::Kind::text:
      static_cast<void>(document.scalar("a text"));
      break;
    case Schema::Kind::name: {
      const std::string& written = document.scalar("a name");
      if (std::find(schema.values.begin(), schema.values.end(), written) != schema.values.end())
        break;
      engine::fail_not_one_of(document, written, schema.values);
    }
    default:
      break;
  }
}

/// What the seed picks from, whatever it is: InputError where it cannot pick. Both ends of
/// `between` are there afterwards.
const Document& options_of(const Document& open) {
  const Document::Entry& entry = open.entries.front();
  const Document& options = entry.value;
  options.expect_sequence("a list of values");
  if (options.items.empty())
    options.fail("there is nothing to pick from", "write for example { one_of: [1, 2] }");
  if (entry.key == "one_of") return options;
  if (options.items.size() != 2)
    options.fail("'between' takes two ends", "write { between: [low, high] }");
  for (const Document& end : options.items) static_cast<void>(end.scalar("a number or a duration"));
  return options;
}

/// Where a document may be anything, what is open in it still has to be something.
void validate_open_values(const Document& document) {
  if (is_open_scalar(document)) {
    for (const Document& item : options_of(document).items) validate_open_values(item);
    return;
  }
  for (const Document& item : document.items) validate_open_values(item);
  for (const Document::Entry& entry : document.entries) validate_open_values(entry.value);
}

bool fits(const Document& document, const Schema& schema) {
  if (schema.kind == Schema::Kind::any) return true;
  if (schema.kind == Schema::Kind::choice) {
    return std::any_of(schema.alternatives.begin(), schema.alternatives.end(),
                       [&](const SchemaPtr& alternative) { return fits(document, *alternative); });
  }
  if (schema.kind == Schema::Kind::list) return document.is_sequence();
  if (schema.kind == Schema::Kind::mapping)
    return document.is_mapping() && !is_open_scalar(document);
  return document.is_scalar() || is_open_scalar(document);
}

std::string kind_text(const Schema& schema) {
  switch (schema.kind) {
    case Schema::Kind::boolean:
      return "true or false";
    case Schema::Kind::integer:
      return "an integer";
    case Schema::Kind::duration:
    case Schema::Kind::offset:
      return "a duration";
    case Schema::Kind::rate:
    case Schema::Kind::signed_rate:
      return "a rate";
    case Schema::Kind::budget:
      return "a count or 'unlimited'";
    case Schema::Kind::count:
      return "a count";
    case Schema::Kind::text:
      return "a text";
    case Schema::Kind::name:
      return "a name";
    case Schema::Kind::list:
      return "a list";
    case Schema::Kind::mapping:
      return "a mapping";
    case Schema::Kind::choice: {
      std::vector<std::string> texts;
      for (const SchemaPtr& alternative : schema.alternatives) {
        const std::string one = kind_text(*alternative);
        if (std::find(texts.begin(), texts.end(), one) == texts.end()) texts.push_back(one);
      }
      std::string all;
      for (const std::string& one : texts) all += (all.empty() ? "" : " or ") + one;
      return all;
    }
    case Schema::Kind::any:
      return "anything";
  }
  return {};
}

/// A value that is allowed there, as one writes it.
std::string example(const Schema& schema) {
  if (!schema.example.empty()) return schema.example;
  if (!schema.by_default.empty()) return schema.by_default;
  switch (schema.kind) {
    case Schema::Kind::boolean:
      return "true";
    case Schema::Kind::integer:
      return std::to_string(std::clamp<std::int64_t>(1, schema.low, schema.high));
    case Schema::Kind::duration:
    case Schema::Kind::offset:
      return "200ms";
    case Schema::Kind::rate:
    case Schema::Kind::signed_rate:
      return "1%";
    case Schema::Kind::budget:
    case Schema::Kind::count:
      return "10";
    case Schema::Kind::text:
    case Schema::Kind::any:
      return "NAME";
    case Schema::Kind::name:
      return schema.values.empty() ? "NAME" : schema.values.front();
    case Schema::Kind::list:
      return "[" + example(*schema.element) + "]";
    case Schema::Kind::mapping:
      return "{" + (schema.fields.empty() ? "" : schema.fields.front().name + ": ...") + "}";
    case Schema::Kind::choice:
      return example(*schema.alternatives.front());
  }
  return {};
}

}  // namespace

SchemaPtr any() { return make(Schema::Kind::any); }
SchemaPtr boolean() { return make(Schema::Kind::boolean, "boolean"); }
SchemaPtr integer(std::int64_t low, std::int64_t high) {
  auto schema = make(Schema::Kind::integer);
  schema->low = low;
  schema->high = high;
  return schema;
}
SchemaPtr duration() { return make(Schema::Kind::duration, "duration"); }
SchemaPtr offset() { return make(Schema::Kind::offset, "offset"); }
SchemaPtr rate() { return make(Schema::Kind::rate, "rate"); }
SchemaPtr signed_rate() { return make(Schema::Kind::signed_rate, "signed_rate"); }
SchemaPtr count() { return make(Schema::Kind::count, "count"); }
SchemaPtr budget() { return make(Schema::Kind::budget, "budget"); }
SchemaPtr text() { return make(Schema::Kind::text, "text"); }
SchemaPtr name(std::vector<std::string> values) {
  auto schema = make(Schema::Kind::name);
  schema->values = std::move(values);
  return schema;
}
SchemaPtr list(SchemaPtr element) {
  auto schema = make(Schema::Kind::list);
  schema->element = std::move(element);
  return schema;
}
SchemaPtr mapping(std::vector<Field> fields, std::vector<std::string> exactly_one) {
  auto schema = make(Schema::Kind::mapping);
  schema->fields = std::move(fields);
  schema->exactly_one = std::move(exactly_one);
  return schema;
}
SchemaPtr choice(std::vector<SchemaPtr> alternatives) {
  auto schema = make(Schema::Kind::choice);
  schema->alternatives = std::move(alternatives);
  return schema;
}

SchemaPtr defined(std::string name, const SchemaPtr& schema) {
  auto copy = std::make_shared<Schema>(*schema);
  copy->defined_as = std::move(name);
  return copy;
}

SchemaPtr usually(std::string by_default, const SchemaPtr& schema) {
  auto copy = std::make_shared<Schema>(*schema);
  copy->by_default = std::move(by_default);
  return copy;
}

SchemaPtr such_as(std::string example, const SchemaPtr& schema) {
  auto copy = std::make_shared<Schema>(*schema);
  copy->example = std::move(example);
  return copy;
}

void validate(const Document& document, const Schema& schema) {
  if (schema.kind == Schema::Kind::any) return validate_open_values(document);
  if (is_scalar_kind(schema.kind)) {
    if (!is_open_scalar(document)) return validate_scalar(document, schema);
    const Document& options = options_of(document);
    for (const Document& item : options.items) validate_scalar(item, schema);
    if (document.entries.front().key == "between") {
      if (schema.kind == Schema::Kind::text || schema.kind == Schema::Kind::name ||
          schema.kind == Schema::Kind::boolean) {
        document.fail("'between' needs numbers, durations or rates", "use one_of");
      }
    }
    return;
  }
  switch (schema.kind) {
    case Schema::Kind::list:
      document.expect_sequence("a list");
      for (const Document& item : document.items) validate(item, *schema.element);
      break;
    case Schema::Kind::mapping: {
      std::vector<std::string> known;
      for (const Field& field : schema.fields) known.push_back(field.name);
      document.expect_keys("a mapping", known);
      for (const Field& field : schema.fields) {
        if (field.required && document.find(field.name) == nullptr)
          document.fail("missing key '" + field.name + "'",
                        "write for example '" + field.name + ": " + example(*field.schema) + "'");
      }
      std::size_t marks = 0;
      for (const Document::Entry& entry : document.entries) {
        for (const Field& field : schema.fields) {
          if (field.name == entry.key) validate(entry.value, *field.schema);
        }
        marks += std::count(schema.exactly_one.begin(), schema.exactly_one.end(), entry.key) != 0
                     ? 1U
                     : 0U;
      }
      if (!schema.exactly_one.empty() && marks != 1) {
        document.fail(
            marks == 0 ? "this says nothing to do" : "this says more than one thing to do",
            "exactly one of: " + engine::comma_list(schema.exactly_one));
      }
      break;
    }
    case Schema::Kind::choice:
      for (const SchemaPtr& alternative : schema.alternatives) {
        if (fits(document, *alternative)) return validate(document, *alternative);
      }
      document.fail("expected " + kind_text(schema), "for example " + example(schema));
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
    document.fail("'" + written + "' is not a duration",
                  "write for example 200ms, 1.5s, -30us; 8760h at most");
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
    if (a > b)
      high.fail("the ends of 'between' are in the wrong order", "write the lower end first");
    // Of the whole range, if it is that of all numbers, any is inside.
    const std::uint64_t values = static_cast<std::uint64_t>(b) - static_cast<std::uint64_t>(a) + 1;
    const std::uint64_t beyond = values == 0 ? bits : engine::below(bits, values);
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + beyond);
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
    if (document.entries.front().key == "one_of") {
      const std::uint64_t which = engine::below(bits, options.items.size());
      return pick_at(options.items[which], seed, engine::mix(path, which));
    }
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

}  // namespace

Document pick(const Document& document, std::uint64_t seed) {
  return pick_at(document, seed, engine::hash_seed);
}

}  // namespace stampede::scenarios
