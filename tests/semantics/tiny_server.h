// A musterd with one small population, called through the real CLI and through gRPC, for the tests of the
// rules of docs/semantics.md.
#ifndef MUSTER_TESTS_SEMANTICS_TINY_SERVER_H_
#define MUSTER_TESTS_SEMANTICS_TINY_SERVER_H_

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "muster/v1/catalog_service.grpc.pb.h"
#include "muster/v1/load_service.grpc.pb.h"
#include "muster/v1/query_service.grpc.pb.h"
#include "tests/processes/child_process.h"
#include "tests/processes/server_process.h"

namespace muster::testing {

// The decoded error of a failed call.
struct Refusal {
  grpc::StatusCode code = grpc::StatusCode::OK;
  std::string reason;  // ErrorInfo.reason
  std::string message;
  std::vector<std::string> violations;  // BadRequest: each description
  // The message and all violations, one a line.
  std::string Text() const;
};
Refusal RefusalOf(const grpc::Status& status);

// Starts musterd on an empty directory, which the destructor removes. Loads go into the population `p`, or
// that of UsePopulation, with the id column `id` unless options say otherwise. Not thread-safe.
class TinyServer {
 public:
  explicit TinyServer(std::vector<std::string> server_arguments = {});

  // Which population loads and questions are for from now on.
  void UsePopulation(std::string name) { population_ = std::move(name); }

  // `muster --server … ARGUMENTS`.
  Finished Cli(const std::vector<std::string>& arguments, const std::string& input = "") const;
  // `muster load FILE --population P --id-column id`, with `--schema` when `yaml` isn't empty. The file holds
  // `text` and has the name `name`.
  Finished Load(const std::string& text, const std::string& yaml,
                const std::vector<std::string>& options = {}, const std::string& name = "records.csv") const;
  // The same, and it must succeed.
  Finished MustLoad(const std::string& text, const std::string& yaml,
                    const std::vector<std::string>& options = {}) const;
  Finished Count(const std::string& expression, const std::vector<std::string>& options = {}) const;
  Finished Members(const std::string& expression, const std::vector<std::string>& options = {}) const;
  // The ids that `muster members` prints, in its order, separated by one space; "(exit N) …" when it fails.
  std::string IdsOf(const std::string& expression) const;
  // `muster lookup`.
  Finished Lookup(const std::string& member_id) const;

  // The same questions through gRPC; `today` is what TODAY stands for.
  grpc::Status Ask(const std::string& expression, muster::v1::CountMembersResponse& answer,
                   const std::string& today = "") const;
  // The count; -1, and a failed expectation, when it is refused.
  int64_t CountOf(const std::string& expression, const std::string& today = "") const;
  // Why it is refused; a failed expectation when it isn't.
  Refusal RefusedBecause(const std::string& expression) const;
  // ExplainExpressionResponse.canonical.
  std::string CanonicalOf(const std::string& expression) const;
  // The member's profile as `tag=value,value|tag=…`, tags by name; weights as value:weight.
  std::string ProfileOf(const std::string& member_id) const;

  muster::v1::CatalogService::Stub& catalog() const { return *catalog_; }
  muster::v1::LoadService::Stub& loads() const { return *loads_; }
  muster::v1::QueryService::Stub& queries() const { return *queries_; }
  const std::string& address() const { return server_->address(); }
  const std::string& folder() const { return scratch_.path(); }
  std::string data() const { return scratch_.path() + "/data"; }
  const ScratchFolder& scratch() const { return scratch_; }
  ServerProcess& process() { return *server_; }
  // Stops it (or has been killed) and starts it again on the same directory.
  void Restart();

 private:
  void Start();

  std::string population_ = "p";
  ScratchFolder scratch_;
  std::vector<std::string> arguments_;
  std::unique_ptr<ServerProcess> server_;
  std::unique_ptr<muster::v1::CatalogService::Stub> catalog_;
  std::unique_ptr<muster::v1::LoadService::Stub> loads_;
  std::unique_ptr<muster::v1::QueryService::Stub> queries_;
};

// An expression and the members that it selects, in ordinal order.
struct Selects {
  std::string expression;
  std::string ids;
};
// Checks each: what `muster members` lists, and that gRPC counts as many.
void ExpectSelects(const TinyServer& server, std::initializer_list<Selects> table);

// An expression that is refused with INVALID_ARGUMENT and `reason`, and what the message or a violation must
// say.
struct Refuses {
  std::string expression;
  std::string reason;
  std::string says;
};
// Checks each through gRPC, and that the CLI exits with 1, leaves stdout empty and says the same on stderr.
void ExpectRefuses(const TinyServer& server, std::initializer_list<Refuses> table);

// Runs musterd with arguments that it must refuse; one that serves instead is ended after 20 s with exit code
// 124.
Finished RunServer(const std::vector<std::string>& arguments);

// Lines of a text, without the empty one after the last line feed.
std::vector<std::string> LinesOf(const std::string& text);

}  // namespace muster::testing

#endif  // MUSTER_TESTS_SEMANTICS_TINY_SERVER_H_
