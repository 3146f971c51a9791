// The recorder that docs/checking.md shows, run as it stands there.
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace stampede::tests {
namespace {

/// The indented lines behind the heading about recording.
std::string documented_recorder() {
  std::ifstream document(STAMPEDE_SOURCE_DIR "/docs/checking.md");
  std::string line;
  std::string code;
  bool near = false;
  while (std::getline(document, line)) {
    if (line == "## Recording your own system") near = true;
    if (!near) continue;
    if (line.rfind("    ", 0) == 0) {
      code += line.substr(4) + "\n";
    } else if (!code.empty()) {
      break;
    }
  }
  return code;
}

/// Four clients on a store that answers from `lag` puts ago; one of its calls is refused, and one
/// gets no answer.
const char* const system = R"(
class Refused(Exception): pass
class Store:
    def __init__(self, lag): self.guard, self.lag, self.past, self.calls = threading.Lock(), lag, [{}], 0
    def send(self, operation):
        with self.guard:
            self.calls += 1
            if "get" in operation:
                seen = self.past[max(0, len(self.past) - 1 - self.lag)]
                return {"value": seen.get(operation["get"])}
            if operation["put"][1] == "refused": raise Refused()
            self.past.append({**self.past[-1], operation["put"][0]: operation["put"][1]})
            if operation["put"][1] == "lost": raise TimeoutError()
            return {"ok": True}
def client(number, recorder, store):
    for step in range(25):
        recorder.call(number, {"put": ["x", "%d.%d" % (number, step)]}, store.send)
        recorder.call(number, {"get": "x"}, store.send)
recorder, store = Recorder(sys.argv[1], "kv"), Store(int(sys.argv[2]))
threads = [threading.Thread(target=client, args=(number, recorder, store)) for number in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
recorder.call(4, {"put": ["x", "refused"]}, store.send)
recorder.call(5, {"put": ["x", "lost"]}, store.send)
recorder.call(6, {"get": "x"}, store.send)
)";

int run(const std::string& command) { return WEXITSTATUS(std::system(command.c_str())); }

}  // namespace

TEST_CASE("recorder: the documented lines record what is judged right", "[unit]") {
  const auto folder = std::filesystem::temp_directory_path();
  const std::string program = (folder / "stampede_recorder_test.py").string();
  const std::string history = (folder / "stampede_recorder_test.ndjson").string();
  const std::string code = documented_recorder();
  REQUIRE(code.find("class Recorder:") == 0);
  std::ofstream(program) << "import json, sys, threading\n" << code << system;
  // Six puts behind, the last get sees what was replaced long before it began, however threads run.
  for (const auto& [lag, status] : {std::pair{0, 0}, {6, 1}}) {
    REQUIRE(run("python3 " + program + " " + history + " " + std::to_string(lag)) == 0);
    CHECK(run(std::string(STAMPEDE_BINARY) + " check " + history + " --quiet") == status);
  }
  std::ifstream recorded(history);
  std::ostringstream text;
  text << recorded.rdbuf();
  CHECK(text.str().find("\"e\": \"fail\"") != std::string::npos);
  CHECK(text.str().find("\"e\": \"info\"") != std::string::npos);
}

}  // namespace stampede::tests
