// What input documents may say, as data: one table says what is allowed where, and both the
// validation of scenarios and the JSON Schema for editors (json_schema.hpp) come from it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/document.hpp"
#include "engine/core/random.hpp"

namespace stampede::scenarios {

struct Schema;

struct Field {
  std::string name;
  std::shared_ptr<const Schema> schema;
  std::string about;
  bool required = false;
};

/// What a document may be. Scalars may also be `{ one_of: [..] }` or `{ between: [a, b] }`, where
/// the seed picks.
struct Schema {
  enum class Kind {
    any,  // checked elsewhere
    boolean,
    integer,      // low .. high
    duration,     // not negative
    offset,       // a duration that may be negative
    rate,         // 1%, 0.5%, 100ppm
    signed_rate,  // also negative
    count,        // integer with optional k, M, G
    budget,       // count, or `unlimited`
    text,
    name,     // one of `values`
    list,     // of `element`
    mapping,  // `fields`
    choice,   // the first of `alternatives` that fits the document's kind
  };
  Kind kind = Kind::any;
  std::int64_t low = 0;
  std::int64_t high = 0;
  std::vector<std::string> values;
  std::vector<Field> fields;
  std::shared_ptr<const Schema> element;
  std::vector<std::shared_ptr<const Schema>> alternatives;
  /// Mappings of which exactly one key out of `fields` marks the variant (faults, decisions) list
  /// these keys here.
  std::vector<std::string> exactly_one;
  /// JSON Schema defines it once, under this name; without one it is written where it is used.
  std::string defined_as;
  // For readers, as YAML: what holds where it is not written, and what may be written (in the
  // reference only). Both belong to the place of use, not to what `defined_as` names.
  std::string by_default;
  std::string example;
};

using SchemaPtr = std::shared_ptr<const Schema>;

SchemaPtr any();
SchemaPtr boolean();
SchemaPtr integer(std::int64_t low, std::int64_t high);
SchemaPtr duration();
SchemaPtr offset();
SchemaPtr rate();
SchemaPtr signed_rate();
SchemaPtr count();
SchemaPtr budget();
SchemaPtr text();
SchemaPtr name(std::vector<std::string> values);
SchemaPtr list(SchemaPtr element);
SchemaPtr mapping(std::vector<Field> fields, std::vector<std::string> exactly_one = {});
SchemaPtr choice(std::vector<SchemaPtr> alternatives);
/// The same under a name of its own, for what is used in many places. The scalar kinds that take
/// no arguments have theirs.
SchemaPtr defined(std::string name, const SchemaPtr& schema);
/// The same where this holds by default.
SchemaPtr usually(std::string by_default, const SchemaPtr& schema);
/// The same with an example.
SchemaPtr such_as(std::string example, const SchemaPtr& schema);

/// InputError at the first place where the document does not fit the schema.
void validate(const engine::Document& document, const Schema& schema);

// Readers of the scalar kinds; REQUIRES nothing, InputError otherwise.
engine::Ppm read_rate(const engine::Document& document);
std::uint64_t read_count(const engine::Document& document);
engine::Duration read_offset(const engine::Document& document);
/// `100ppm`, `-50ppm`: a signed rate.
std::int32_t read_signed_ppm(const engine::Document& document);

/// True for `{ one_of: [..] }` and `{ between: [a, b] }`.
bool is_open_scalar(const engine::Document& document);

/// The document with everything that the scenario leaves open picked by the seed; each draw is
/// keyed by the path of the value.
engine::Document pick(const engine::Document& document, std::uint64_t seed);

}  // namespace stampede::scenarios
