// A function fits on a screen: 70 lines from its first to its last. The longer ones of today are
// listed; none may be added, and none of them may grow.
#include <catch2/catch.hpp>
#include <cctype>
#include <map>
#include <regex>

#include "sources.hpp"

namespace {

using namespace stampede::house;

struct Function {
  std::string name;
  std::size_t lines = 0;
};

/// Finds functions by their braces, in text that `code_only` has cleared.
///
/// 1. A brace in a namespace or a type opens a namespace, a type, an initialiser or a function;
///    what stands between it and the last `;`, `{` or `}` tells which.
/// 2. What is inside a function or an initialiser is part of it: a lambda, a local type.
/// 3. A lambda that initialises a variable of a namespace is a function with that variable's name.
class Scanner {
 public:
  explicit Scanner(const std::string& text) : code_(without_directives(code_only(text))) {}

  std::vector<Function> functions() {
    for (at_ = 0; at_ < code_.size(); ++at_) {
      const char c = code_[at_];
      if (c == '(') ++parentheses_;
      if (c == ')') --parentheses_;
      if (c == ';' && parentheses_ == 0 && inside_ == 0) begin_ = at_ + 1;
      if (c == '{') open();
      if (c == '}') close();
    }
    CHECK(inside_ == 0);
    CHECK(parentheses_ == 0);
    return found_;
  }

 private:
  enum class Opened { scope, initialiser, function };

  static std::string without_directives(const std::string& code) {
    static const std::regex directive(R"((^|\n)[ \t]*#([^\n]*\\\n)*[^\n]*)");
    std::string text = code;
    for (std::sregex_iterator at(code.begin(), code.end(), directive), end; at != end; ++at) {
      for (std::size_t i = 0; i < static_cast<std::size_t>(at->length()); ++i) {
        char& c = text[static_cast<std::size_t>(at->position()) + i];
        if (c != '\n') c = ' ';
      }
    }
    return text;
  }

  /// What stands before the brace, without parameters of templates.
  [[nodiscard]] std::string head() const {
    std::string text = code_.substr(begin_, at_ - begin_);
    static const std::regex start(R"(^\s*(?:(?:public|private|protected)\s*:\s*|template\s*<))");
    std::smatch match;
    while (std::regex_search(text, match, start)) {
      std::size_t end = static_cast<std::size_t>(match.length());
      for (int angles = text[end - 1] == '<' ? 1 : 0; angles > 0 && end < text.size(); ++end)
        angles += text[end] == '<' ? 1 : text[end] == '>' ? -1 : 0;
      text = text.substr(end);
    }
    return text;
  }

  static Opened kind(const std::string& head) {
    static const std::regex scope(
        R"(^\s*((inline\s+)?namespace|extern|typedef|class|struct|union|enum)\b)");
    static const std::regex member(R"(\)[\w\s]*[^:]:[^:][^]*[\w>]\s*$)");
    static const std::regex assigned(R"(^[^(]*[^=!<>]=\s*(?!\s*\[)[^=])");
    static const std::regex names_assignment(R"(^[^(]*\boperator\b)");
    if (std::regex_search(head, scope)) return Opened::scope;
    if (head.find('(') == std::string::npos) return Opened::initialiser;
    if (!std::regex_search(head, names_assignment) && std::regex_search(head, assigned))
      return Opened::initialiser;
    return std::regex_search(head, member) ? Opened::initialiser : Opened::function;
  }

  void open() {
    if (inside_++ > 0) return;
    outside_ = parentheses_;
    const std::string text = head();
    opened_ = parentheses_ > 0 ? Opened::initialiser : kind(text);
    if (opened_ == Opened::scope) {
      inside_ = 0;
      ++scopes_;
      begin_ = at_ + 1;
      return;
    }
    if (opened_ == Opened::initialiser) return;
    static const std::regex variable(R"(([\w:]+)\s*=\s*\[)");
    static const std::regex called(R"((operator\s*(?:\(\)|[^\s(]+|\s\w+)|~?\w[\w:~]*)\s*\()");
    std::smatch match;
    const bool named =
        std::regex_search(text, match, variable) || std::regex_search(text, match, called);
    name_ = named ? match[1].str() : "?";
    const std::size_t first = text.find_first_not_of(" \n");
    first_ = at_ - text.size() + first;
  }

  void close() {
    if (inside_ == 0) {
      CHECK(scopes_-- > 0);
      begin_ = at_ + 1;
      return;
    }
    if (--inside_ > 0) return;
    CHECK(parentheses_ == outside_);
    if (opened_ != Opened::function) return;
    found_.push_back({name_, lines_between(first_, at_)});
    begin_ = at_ + 1;
  }

  [[nodiscard]] std::size_t lines_between(std::size_t first, std::size_t last) const {
    std::size_t lines = 1;
    for (std::size_t i = first; i < last; ++i) lines += code_[i] == '\n' ? 1 : 0;
    return lines;
  }

  std::string code_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;  // of what is being declared
  int parentheses_ = 0;
  int outside_ = 0;  // parentheses that were open when the outermost brace came
  int scopes_ = 0;   // namespaces and types around
  int inside_ = 0;   // braces of the function or initialiser around
  Opened opened_ = Opened::scope;
  std::string name_;
  std::size_t first_ = 0;
  std::vector<Function> found_;
};

constexpr std::size_t limit = 70;

/// Functions of more than `limit` lines, by file and name; of those with one name, the longest.
std::map<std::string, std::size_t> long_functions(const std::vector<Source>& sources) {
  std::map<std::string, std::size_t> list;
  for (const Source& source : sources) {
    INFO(source.path);
    for (const Function& function : Scanner(source.text).functions()) {
      if (function.lines <= limit) continue;
      std::size_t& longest = list[source.path + " " + function.name];
      longest = std::max(longest, function.lines);
    }
  }
  return list;
}

/// What is wrong with the functions of `sources`, where `known` ones may be as long as it says.
std::vector<std::string> too_long(const std::vector<Source>& sources,
                                  const std::map<std::string, std::size_t>& known) {
  std::vector<std::string> wrong;
  const auto found = long_functions(sources);
  for (const auto& [name, lines] : found) {
    const auto listed = known.find(name);
    const std::size_t allowed = listed == known.end() ? limit : listed->second;
    if (lines > allowed)
      wrong.push_back(name + " has " + std::to_string(lines) + " lines, and may have " +
                      std::to_string(allowed));
  }
  for (const auto& [name, lines] : known) {
    if (found.count(name) == 0) wrong.push_back(name + " is not long any more: take it out");
  }
  return wrong;
}

std::string names(const std::string& text) {
  std::string list;
  for (const Function& function : Scanner(text).functions())
    list += function.name + " " + std::to_string(function.lines) + "; ";
  return list;
}

}  // namespace

TEST_CASE("house: functions fit on a screen", "[house]") {
  const std::map<std::string, std::size_t> known = {
      {"checkers/consistency/accesses.cpp collect_accesses", 74},
      {"checkers/linearizability/search/text_automaton.cpp TextAutomaton::make", 88},
      {"engine/process/local_step.cpp run", 73},
      {"engine/world/world.cpp World::take_step", 84},
      {"faults/network_faults.cpp Nemesis::act", 80},
      {"scenarios/reading/scenario_schema.cpp fault_table", 84},
  };
  for (const std::string& wrong : too_long(sources(product), known)) {
    INFO(wrong);
    CHECK(wrong.empty());
  }
}

TEST_CASE("house: a function that is too long or has grown is seen", "[house]") {
  const auto of_lines = [](std::size_t lines) {
    return std::vector<Source>{
        {"a.cpp", "int f() {\n" + std::string(lines - 2, '\n') + "}\n", lines}};
  };
  CHECK(too_long(of_lines(70), {}).empty());
  CHECK(too_long(of_lines(71), {}).size() == 1);
  CHECK(too_long(of_lines(80), {{"a.cpp f", 80}}).empty());
  CHECK(too_long(of_lines(81), {{"a.cpp f", 80}}).size() == 1);
  CHECK(too_long(of_lines(80), {{"a.cpp g", 80}}).size() == 2);
  CHECK(too_long(of_lines(70), {{"a.cpp f", 80}}).size() == 1);
}

TEST_CASE("house: functions are told from what looks like them", "[house]") {
  CHECK(names("int f() {\n  return 1;\n}\nint g();\n") == "f 3; ");
  CHECK(names("namespace a {\nint f() { return 1; }\n}  // namespace a\n") == "f 1; ");
  // Declarations of several lines count from their first.
  CHECK(names("\n\ntemplate <class T, class U = int>\nint\nA<T>::f(\n  T t) {\n}\n") == "f 4; ");
  CHECK(names("struct S : B<int (*)(int)> {\n  S() : a_(1), b_{2} {\n  }\n  ~S() = default;\n"
              "  int b_{0};\n};\n") == "S 2; ");
  CHECK(names("enum class E : int { a, b };\nint x{3};\nstd::set<int> y = {1, 2};\n").empty());
  CHECK(names("class A {\n public:\n  bool operator()(int) const noexcept {\n  }\n};\n") ==
        "operator() 2; ");
  CHECK(names("A& A::operator=(A a) {\n}\nA::operator bool() const { return true; }\n") ==
        "operator= 2; operator bool 1; ");
  CHECK(names("auto f(int a = 1) -> std::vector<int> {\n}\n") == "f 2; ");
  CHECK(names("template <class P>\nconcept C = requires(P p) {\n  p.on();\n};\n").empty());
  CHECK(names("const auto l = [](int a) {\n};\nconst X x = make({1, 2});\n") == "l 2; ");
  CHECK(names("const X x = make(1, [] {\n});\nint f() {}\n") == "f 1; ");
  // Braces of comments, literals and macros do not count; those inside a function are its own.
  CHECK(names("int f() {\n  // }\n  g(\"}\", '}', R\"(}\")\", 1'000);\n  if (a) {\n  }\n}\n") ==
        "f 6; ");
  CHECK(names("#define M(x) { \\\n  x\nint f() { struct A { int b() { return 1; } }; }\n") ==
        "f 1; ");
}
