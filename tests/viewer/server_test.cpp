#include "viewer/server.hpp"

#include <httplib.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <thread>

#include "engine/core/error.hpp"
#include "tests/viewer/stored_run.hpp"

namespace {

using namespace stampede;

/// A server of its own thread, as long as this lives.
class Serving {
 public:
  explicit Serving(const std::string& database, viewer::ServerSettings settings = {}) {
    settings.database = database;
    settings.rerun.interrupted = [this] {
      ++looks_;
      return ended_.load();
    };
    std::promise<std::uint16_t> opened;
    std::future<std::uint16_t> port = opened.get_future();
    thread_ = std::thread([settings, opened = std::move(opened)]() mutable {
      viewer::serve(settings, [&](std::uint16_t number) { opened.set_value(number); });
    });
    port_ = port.get();
  }
  ~Serving() {
    ended_ = true;
    thread_.join();
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] httplib::Client client() const { return httplib::Client("127.0.0.1", port_); }
  /// How often it was asked whether to end: at each step of a run that is done again, and now and
  /// then.
  [[nodiscard]] std::uint64_t looks() const { return looks_; }

 private:
  std::atomic<bool> ended_ = false;
  std::atomic<std::uint64_t> looks_ = 0;
  std::thread thread_;
  std::uint16_t port_ = 0;
};

/// Whether the server does the run again to tell of it.
bool tells_again(const Serving& serving, int run) {
  constexpr std::uint64_t steps = 500;
  const std::uint64_t before = serving.looks();
  REQUIRE(serving.client().Get("/runs/" + std::to_string(run))->status == 200);
  return serving.looks() - before > steps;
}

}  // namespace

TEST_CASE("viewer: who asks for another host is refused, and no page from elsewhere may read",
          "[viewer]") {
  const StoredRun stored("bugs/vrr-state-transfer-truncates");
  const Serving serving(stored.path());
  httplib::Client client = serving.client();
  CHECK(client.Get("/runs/1", {{"Host", "elsewhere.example"}})->status == 421);
  CHECK(client.Get("/runs/1", {{"Host", "127.0.0.1:1"}})->status == 421);
  const httplib::Result page = client.Get("/");
  REQUIRE(page->status == 200);
  CHECK(page->get_header_value("Content-Security-Policy").find("default-src 'none'") == 0);
  const httplib::Result run = client.Get("/runs/1", {{"Origin", "http://elsewhere.example"}});
  CHECK(run->status == 200);
  CHECK_FALSE(run->has_header("Access-Control-Allow-Origin"));
  CHECK(run->get_header_value("Cross-Origin-Resource-Policy") == "same-origin");
  CHECK(client.Post("/runs/1", "", "text/plain")->status == 404);
}

TEST_CASE("viewer: runs that are stored later are served, and what there is not is told",
          "[viewer]") {
  StoredRun stored("bugs/vrr-state-transfer-truncates");
  const Serving serving(stored.path());
  httplib::Client client = serving.client();
  CHECK(client.Get("/runs/2")->status == 422);
  CHECK(client.Get("/runs/2")->body.find("\"hint\"") != std::string::npos);
  stored.add(1);
  CHECK(client.Get("/runs/2")->status == 200);
  CHECK(client.Get("/database")->body == "\"" + stored.path() + "\"");
  CHECK(client.Get("/runs/1/parts/0")->status == 200);
  CHECK(client.Get("/runs/1/parts/1")->status == 404);
  CHECK(client.Get("/runs/1/columns/2-21")->body.size() == std::size_t{20} * 29);
  for (const char* range : {"0-3", "3-2", "1-22"})
    CHECK(client.Get(std::string("/runs/1/columns/") + range)->status == 404);
  CHECK(client.Get("/runs/99999999999999999999")->status == 404);
  CHECK(client.Get("/viewer/page.cpp")->status == 404);
}

TEST_CASE("viewer: a port that is taken and a database that is not there are refused", "[viewer]") {
  const StoredRun stored("bugs/vrr-state-transfer-truncates");
  const Serving serving(stored.path());
  viewer::ServerSettings settings;
  settings.database = stored.path();
  settings.port = serving.port();
  settings.rerun.interrupted = [] { return true; };
  const auto ready = [](std::uint16_t) {};
  CHECK_THROWS_AS(viewer::serve(settings, ready), engine::InputError);
  settings.port = 0;
  settings.database = "/nowhere.db";
  CHECK_THROWS_AS(viewer::serve(settings, ready), engine::InputError);
}

TEST_CASE("viewer: two runs that are compared are done again once", "[viewer]") {
  StoredRun stored("viewstamped/swarm");
  stored.add(2);
  stored.add(3);
  const Serving serving(stored.path());
  const auto is_done_again = [&](int run) { return tells_again(serving, run); };
  CHECK(is_done_again(1));
  CHECK(is_done_again(2));
  CHECK_FALSE(is_done_again(1));
  CHECK_FALSE(is_done_again(2));
  CHECK(is_done_again(3));
  CHECK_FALSE(is_done_again(2));
  CHECK(is_done_again(1));
}

TEST_CASE("viewer: long runs are not kept beside each other", "[viewer]") {
  StoredRun stored("viewstamped/swarm");
  stored.add(2);
  viewer::ServerSettings settings;
  settings.decisions_beside = 1'000;
  const Serving serving(stored.path(), settings);
  for (const int run : {1, 2, 1}) CHECK(tells_again(serving, run));
  CHECK_FALSE(tells_again(serving, 1));
}
