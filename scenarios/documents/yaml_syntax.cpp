#include "scenarios/documents/yaml_syntax.hpp"

#include <yaml-cpp/exceptions.h>

#include <utility>
#include <vector>

namespace stampede::scenarios {

const SyntaxComplaint anchors_not_supported{
    "anchors ('&name') are not supported",
    "write the value out at each place; a text that begins with '&' needs quotes"};
const SyntaxComplaint aliases_not_supported{
    "aliases ('*name') are not supported",
    "write the value out; a text that begins with '*' needs quotes"};
const SyntaxComplaint tags_not_supported{
    "tags ('!name') are not supported",
    "leave the tag out; a text that begins with '!' needs quotes"};

SyntaxComplaint restate_syntax_error(std::string_view parser_message, const std::string& opened,
                                     char character) {
  namespace parser = YAML::ErrorMsg;
  const SyntaxComplaint escape{"a wrong escape in a quoted text",
                               "write \\\\ for a backslash, or use single quotes"};
  const SyntaxComplaint block{"a wrong head of a block text", "end the line with '|' or '>' alone"};
  const SyntaxComplaint directive{"a wrong '%' directive", "leave the line out"};
  const std::string begins = opened.empty() ? std::string() : " that begins at " + opened;
  const std::string indentation = "check the indentation and the quotes";

  const std::vector<std::pair<const char*, SyntaxComplaint>> complaints = {
      {parser::UNKNOWN_ANCHOR, aliases_not_supported},
      {parser::ALIAS_NOT_FOUND, aliases_not_supported},
      {parser::ALIAS_CONTENT, aliases_not_supported},
      {parser::CHAR_IN_ALIAS, aliases_not_supported},
      {parser::ANCHOR_NOT_FOUND, anchors_not_supported},
      {parser::CHAR_IN_ANCHOR, anchors_not_supported},
      {parser::MULTIPLE_ANCHORS, anchors_not_supported},
      {parser::CHAR_IN_TAG_HANDLE, tags_not_supported},
      {parser::TAG_WITH_NO_SUFFIX, tags_not_supported},
      {parser::END_OF_VERBATIM_TAG, tags_not_supported},
      {parser::MULTIPLE_TAGS, tags_not_supported},
      {parser::YAML_DIRECTIVE_ARGS, directive},
      {parser::YAML_VERSION, directive},
      {parser::YAML_MAJOR_VERSION, directive},
      {parser::REPEATED_YAML_DIRECTIVE, directive},
      {parser::TAG_DIRECTIVE_ARGS, directive},
      {parser::REPEATED_TAG_DIRECTIVE, directive},
      {parser::INVALID_ESCAPE, escape},
      {parser::INVALID_HEX, escape},
      {parser::INVALID_UNICODE, escape},
      {parser::ZERO_INDENT_IN_BLOCK, block},
      {parser::CHAR_IN_BLOCK, block},
      {parser::DOC_IN_SCALAR,
       {"a document marker inside a quoted text", "is a quote left open above?"}},
      {parser::MAP_VALUE,
       {"a value (': ') cannot stand here",
        "check the indentation; a text that contains ': ' needs quotes"}},
      {parser::MAP_KEY, {"a key ('? ') cannot stand here", "write 'key: value'"}},
      {parser::BLOCK_ENTRY,
       {"a list item ('- ') cannot stand here",
        "begin the list on a line of its own, or write [a, b]"}},
      {parser::END_OF_MAP_FLOW,
       {"expected ',' or '}' in the mapping" + begins, "is a '}' or a comma missing?"}},
      {parser::END_OF_SEQ_FLOW,
       {"expected ',' or ']' in the list" + begins, "is a ']' or a comma missing?"}},
      {parser::END_OF_MAP, {"this is no key of the mapping" + begins, indentation}},
      {parser::END_OF_SEQ, {"this is no item of the list" + begins, indentation}},
      {parser::FLOW_END,
       {std::string("'") + character + "' closes nothing that is open here",
        "a text that contains brackets needs quotes"}},
      {parser::UNKNOWN_TOKEN,
       {std::string("a text cannot begin with '") + character + "'", "put it in quotes"}},
  };
  for (const auto& [text, complaint] : complaints) {
    if (parser_message.substr(0, std::string_view(text).size()) == text) return complaint;
  }
  return {"not valid YAML: " + std::string(parser_message),
          "check the brackets, the quotes and the indentation"};
}

}  // namespace stampede::scenarios
