// A data directory damaged while no server runs: no wrong number, at most one crash, and the other
// populations are served.
#include <grpcpp/grpcpp.h>

#include <filesystem>
#include <map>
#include <memory>
#include <random>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/index/storage/file_damage.h"
#include "tests/matchers/status.h"
#include "tests/processes/child_process.h"
#include "tests/processes/server_process.h"
#include "tests/semantics/tiny_server.h"
#include "tests/torture/torture.h"

namespace muster::testing {
namespace {

namespace fs = std::filesystem;

constexpr char kSchema[] =
    "tags:\n  - {name: city, kind: SINGLE}\n  - {name: m, kind: MULTI, separator: '|'}\n"
    "  - {name: n, kind: NUMBER}\n  - {name: big, kind: SINGLE}\n";
constexpr const char* kQuestions[] = {
    "city = 'c0'",    "city = 'c7'",           "city = 'c21'",
    "n > 500",        "n BETWEEN 100 AND 300", "m HAS ALL ('a', 'b1')",
    "HAS m",          "NOT city = 'c1'",       "AT LEAST 2 OF (city = 'c1', n < 100, m = 'b2')",
    "big LIKE 'v1%'", "big = 'v77'",           "EVERYONE"};

std::string Records(uint64_t seed, int count) {
  Random random(seed);
  std::string text = "id,city,m,n,big\n";
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&text, "m", i * 7 + random() % 7, ",c", random() % 40, ",a|b", random() % 30, ",",
                    random() % 1000, ",v", random() % 6000, "\n");
  }
  return text;
}

// A server on a directory, called through gRPC.
class Asked {
 public:
  explicit Asked(const std::string& directory) : process_(directory) {
    if (process_.up())
      queries_ = v1::QueryService::NewStub(
          grpc::CreateChannel(process_.address(), grpc::InsecureChannelCredentials()));
  }
  ServerProcess& process() { return process_; }
  grpc::Status Count(const std::string& population, const std::string& expression, uint64_t& count) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    v1::CountMembersRequest request;
    request.set_population(population);
    request.mutable_expression()->set_text(expression);
    v1::CountMembersResponse response;
    const grpc::Status status = queries_->CountMembers(&context, request, &response);
    count = response.count();
    return status;
  }

 private:
  ServerProcess process_;
  std::unique_ptr<v1::QueryService::Stub> queries_;
};

class Damage : public ::testing::Test {
 protected:
  // Several versions with settled bases, edges and late loads, in `p`, and a second population.
  void SetUp() override {
    TinyServer server;
    for (uint64_t load = 0; load < 4; ++load) server.MustLoad(Records(load, 4000), kSchema);
    server.MustLoad(Records(9, 5000), kSchema, {"--mode", "replace"});
    server.MustLoad(Records(10, 1500), kSchema);
    server.MustLoad("id,city\na,x\nb,y\n", "tags:\n  - {name: city, kind: SINGLE}\n",
                    {"--population", "other", "--create"});
    ASSERT_EQ(server.process().Stop(), 0);
    fs::copy(server.data(), whole_.path() + "/data", fs::copy_options::recursive);
    Asked asked(whole_.path() + "/data");
    ASSERT_TRUE(asked.process().up());
    for (const char* const question : kQuestions) {
      ASSERT_THAT(asked.Count("p", question, right_[question]), IsOk());
      ASSERT_GT(right_[question], 0u) << question;
    }
    ASSERT_EQ(asked.process().Stop(), 0);
  }

  // A copy with one damage; as after a crash where `closed` is false.
  std::string DamageCopy(const std::string& directory, bool closed, Random& random) {
    fs::copy(whole_.path() + "/data", directory, fs::copy_options::recursive);
    const std::string part = directory + "/populations/p/" + (random() % 3 == 0 ? "members" : "index");
    if (!closed) {
      fs::remove(directory + "/populations/p/index/CLOSED");
      fs::remove(directory + "/populations/p/members/CLOSED");
    }
    return absl::StrCat(part.substr(directory.size()), ": ", DamageFile(part + "/data.mdb", random));
  }

  // Every answer is right, or DATA_LOSS. False: the server is gone.
  bool AskAll(Asked& asked, size_t& refused) {
    for (const char* const question : kQuestions) {
      uint64_t count = 0;
      const grpc::Status status = asked.Count("p", question, count);
      if (status.ok()) {
        EXPECT_EQ(count, right_[question]) << question;
      } else if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
        return false;
      } else {
        EXPECT_THAT(status, StatusIs(grpc::StatusCode::DATA_LOSS))
            << question << ": " << status.error_message();
        EXPECT_NE(status.error_message().find("populations/p/"), std::string::npos) << status.error_message();
        ++refused;
      }
    }
    uint64_t others = 0;
    const grpc::Status other = asked.Count("other", "city = 'x'", others);
    EXPECT_THAT(other, IsOk());
    EXPECT_EQ(others, 1u);
    return true;
  }

  // A load that changes nothing: it is published, or refused because of the damage.
  void Load(Asked& asked, const std::string& directory) {
    const ScratchFolder scratch;
    const Finished loaded = muster::testing::Run(
        "muster",
        {"--server", asked.process().address(), "load", scratch.Write("r.csv", Records(10, 1500)),
         "--population", "p", "--id-column", "id", "--schema", scratch.Write("tags.yaml", kSchema)});
    if (loaded.exit_code != 0) {
      EXPECT_NE(loaded.err.find(directory), std::string::npos) << loaded.err;
    }
  }

  ScratchFolder whole_;
  std::map<std::string, uint64_t> right_;
};

TEST_F(Damage, IsNeverAWrongNumberAndLeavesTheOthersServed) {
  size_t crashes = 0, refused = 0, untouched = 0;
  for (uint64_t seed = 0; seed < InFull<uint64_t>(24, 600); ++seed) {
    Random random(seed);
    const ScratchFolder scratch;
    const std::string directory = scratch.path() + "/data";
    SCOPED_TRACE(absl::StrCat("seed ", seed, ": ", DamageCopy(directory, seed % 2 == 0, random)));
    const size_t refused_before = refused;
    for (int start = 0;; ++start) {
      ASSERT_LT(start, 2) << "it crashes in a loop";
      Asked asked(directory);
      if (!asked.process().up()) {
        ++crashes;
        continue;
      }
      const bool alive = AskAll(asked, refused);
      if (alive) Load(asked, directory);
      if (alive && AskAll(asked, refused)) {
        EXPECT_EQ(asked.process().Stop(), 0);
        break;
      }
      ++crashes;
    }
    untouched += refused == refused_before ? 1 : 0;
    if (HasFailure()) break;
  }
  RecordProperty("crashes", static_cast<int>(crashes));
  std::printf("%zu crashes, %zu answers refused, %zu damages that no question met\n", crashes, refused,
              untouched);
  EXPECT_GT(refused, 0u);
}

TEST_F(Damage, ACrashTakesOnePopulationOffline) {
  const ScratchFolder scratch;
  const std::string directory = scratch.path() + "/data";
  fs::copy(whole_.path() + "/data", directory, fs::copy_options::recursive);
  { std::ofstream(directory + "/populations/p/CRASHED") << "SIGBUS\n"; }
  {
    Asked asked(directory);
    ASSERT_TRUE(asked.process().up());
    uint64_t count = 0;
    const grpc::Status status = asked.Count("p", "EVERYONE", count);
    EXPECT_THAT(status, StatusIs(grpc::StatusCode::DATA_LOSS));
    EXPECT_NE(status.error_message().find("SIGBUS"), std::string::npos) << status.error_message();
    EXPECT_NE(status.error_message().find("muster verify --population p --data"), std::string::npos);
    EXPECT_THAT(asked.Count("other", "EVERYONE", count), IsOk());
    const Finished listed = muster::testing::Run("muster", {"--server", asked.process().address(), "tags"});
    EXPECT_EQ(listed.exit_code, 0) << listed.err;
    EXPECT_NE(listed.out.find("offline"), std::string::npos) << listed.out;
    EXPECT_EQ(asked.process().Stop(), 0);
  }
  const Finished verified =
      muster::testing::Run("muster", {"verify", "--population", "p", "--data", directory});
  EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  EXPECT_NE(verified.out.find("p is whole"), std::string::npos) << verified.out;
  EXPECT_FALSE(fs::exists(directory + "/populations/p/CRASHED"));
  Asked asked(directory);
  size_t refused = 0;
  EXPECT_TRUE(AskAll(asked, refused));
  EXPECT_EQ(refused, 0u);
}

TEST_F(Damage, AFileThatIsCutWhileItIsServedCostsOneCrash) {
  const ScratchFolder scratch;
  const std::string directory = scratch.path() + "/data";
  fs::copy(whole_.path() + "/data", directory, fs::copy_options::recursive);
  uint64_t count = 0;
  {
    Asked asked(directory);
    ASSERT_TRUE(asked.process().up());
    fs::resize_file(directory + "/populations/p/index/data.mdb", 2 * kFilePageBytes);
    EXPECT_THAT(asked.Count("p", "city = 'c0'", count), StatusIs(grpc::StatusCode::UNAVAILABLE));
  }
  Asked asked(directory);
  ASSERT_TRUE(asked.process().up());
  const grpc::Status status = asked.Count("p", "city = 'c0'", count);
  EXPECT_THAT(status, StatusIs(grpc::StatusCode::DATA_LOSS));
  EXPECT_NE(status.error_message().find("SIGBUS"), std::string::npos) << status.error_message();
  EXPECT_THAT(asked.Count("other", "EVERYONE", count), IsOk());
}

}  // namespace
}  // namespace muster::testing
