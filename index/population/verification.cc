#include "index/population/verification.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "index/catalog/names.h"
#include "index/dictionary/dictionary_ids.h"
#include "index/dictionary/member_dictionary.h"
#include "index/dictionary/stored_ids.h"
#include "index/dictionary/verify_dictionary.h"
#include "index/disk/disk_room.h"
#include "index/lists/verify_lists.h"
#include "index/population/population_folder.h"
#include "index/population/record_owners.h"
#include "index/salts/verify_salts.h"
#include "index/segments/verify_segments.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/files/directory_lock.h"
#include "index/storage/record_walk.h"
#include "index/versions/verification/verify_versions.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

namespace fs = std::filesystem;

// Every record against its checksum, and every page on the way.
absl::Status VerifyRecords(Environment& environment, TreeGuard& guard, Findings& findings) {
  findings.Begin(absl::StrCat("checksums of \"", EnvironmentName(environment.kind()), "\""));
  RecordWalk walk;
  walk.visit = [&findings](const Transaction&, std::string_view key, std::string_view value) {
    findings.Count(1, key.size() + value.size());
  };
  walk.go_on = [&findings](size_t) { return findings.Progress(); };
  for (const DatabaseSpec& spec : AllDatabases()) {
    if (spec.environment != environment.kind() || findings.stopped()) continue;
    walk.damaged = [&findings, &spec](const absl::Status& status, std::string_view key) {
      findings.Problem(SubjectOfRecord(spec.id, key), FromAbseil(status.message()));
    };
    RETURN_IF_ERROR(WalkRecords(environment, guard, spec.id, walk).status());
  }
  findings.End();
  return absl::OkStatus();
}

// How often a check is begun again because the server committed twice while it began.
constexpr int kTriesOfPages = 100;

// Checks that no page has two uses, and that no page in use counts as free.
absl::Status VerifyPages(Environment& environment, TreeGuard& guard, Findings& findings) {
  findings.Begin(absl::StrCat("pages of \"", EnvironmentName(environment.kind()), "\""));
  for (int tries = 0; tries < kTriesOfPages; ++tries) {
    ASSIGN_OR_RETURN(const ReadTransaction transaction, environment.BeginRead());
    environment.Attach(guard);
    // Made here, because the map may have grown until the transaction began, and can't while it is open.
    PageUses uses(
        environment.map_size(),
        [&findings](const absl::Status& status) { findings.Problem(FromAbseil(status.message())); },
        [&findings] { return findings.Progress(); });
    if (!uses.used.works() || !uses.free.works())
      return absl::ResourceExhaustedError(
          "there is no address space to mark pages in use; verify with fewer populations open");
    const absl::StatusOr<bool> counted = guard.CountPageUses(transaction.view().transaction, uses);
    if (absl::IsCancelled(counted.status())) return absl::OkStatus();
    RETURN_IF_ERROR(counted.status());
    if (!*counted) continue;
    findings.Count(uses.pages, uses.pages * kPageBytes);
    findings.End();
    return absl::OkStatus();
  }
  return absl::UnavailableError("loads commit too fast to look at the pages; verify again in a moment");
}

// Damage that prevents a check becomes a problem; any other failure stays an error.
absl::Status OrProblem(absl::Status status, Findings& findings) {
  if (!absl::IsDataLoss(status)) return status;
  findings.Problem(FromAbseil(status.message()));
  findings.End();
  return absl::OkStatus();
}

// Whether the two are of one population and of one day. `needed`: the members that the index needs.
absl::Status VerifyTogether(const Environment& index, Environment& members,
                            const absl::StatusOr<StoredIds>& needed, Findings& findings) {
  findings.Begin("index and members together");
  findings.Count(2, 0);
  if (absl::Status same = CheckSamePopulation(index, members); !same.ok())
    findings.Problem(FromAbseil(same.message()));
  ASSIGN_OR_RETURN(const ReadTransaction transaction, members.BeginRead());
  absl::Status holds = needed.ok() ? CheckHoldsIds(transaction, *needed) : needed.status();
  if (!holds.ok() && !absl::IsDataLoss(holds)) return holds;
  if (!holds.ok()) findings.Problem(FromAbseil(holds.message()));
  findings.End();
  return absl::OkStatus();
}

absl::StatusOr<StoredIds> NeededIds(Environment& index) {
  ASSIGN_OR_RETURN(const ReadTransaction transaction, index.BeginRead());
  return ReadNeededIds(transaction);
}

// `ids`: see VerifyEnvironments.
absl::Status VerifyBuckets(Environment& index, TreeGuard& guard, Environment& members, const MemberIds* ids,
                           Findings& findings) {
  uint64_t salts = 0;
  {
    ASSIGN_OR_RETURN(const ReadTransaction transaction, index.BeginRead());
    ASSIGN_OR_RETURN(salts, transaction.CountItems(DatabaseId::kSalts));
  }
  if (ids != nullptr || salts == 0) return VerifySalts(index, guard, ids, findings);
  WriterQueue writer(members);
  const absl::StatusOr<std::unique_ptr<MemberDictionary>> dictionary = MemberDictionary::Open(writer);
  if (!dictionary.ok()) return VerifySalts(index, guard, nullptr, findings);
  const DictionaryIds opened(**dictionary);
  return VerifySalts(index, guard, &opened, findings);
}

absl::Status RunChecks(Environment& index, Environment& members, const MemberIds* ids, Findings& findings) {
  const std::unique_ptr<TreeGuard> index_guard = index.NewGuard(), members_guard = members.NewGuard();
  const RecordOwners owners = RecordOwners::Read(index, *index.NewGuard());
  findings.NameSubjects([&owners](const Subject& subject) { return owners.OwnerOf(subject); });
  absl::Status done = VerifyTogether(index, members, NeededIds(index), findings);
  if (done.ok()) done = OrProblem(VerifyRecords(index, *index_guard, findings), findings);
  if (done.ok()) done = OrProblem(VerifyRecords(members, *members_guard, findings), findings);
  if (done.ok() && !findings.stopped())
    done = OrProblem(VerifyPages(index, *index_guard, findings), findings);
  if (done.ok() && !findings.stopped())
    done = OrProblem(VerifyPages(members, *members_guard, findings), findings);
  if (done.ok()) done = OrProblem(VerifyRows(index, *index_guard, findings), findings);
  if (done.ok()) done = OrProblem(VerifyEdges(index, *index_guard, findings), findings);
  if (done.ok()) done = OrProblem(VerifyVersionTree(index, *index_guard, findings), findings);
  if (done.ok()) done = OrProblem(VerifyValues(index, *index_guard, findings), findings);
  if (done.ok()) done = OrProblem(VerifySegments(index, *index_guard, findings), findings);
  if (done.ok()) done = OrProblem(VerifyLists(index, *index_guard, findings), findings);
  if (!done.ok() || findings.stopped()) return done;
  const absl::StatusOr<uint64_t> end = EndOfEveryone(index);
  if (!end.ok() && !absl::IsDataLoss(end.status())) return end.status();
  const absl::StatusOr<uint64_t> lists_end = EndOfLists(index);
  if (!lists_end.ok() && !absl::IsDataLoss(lists_end.status())) return lists_end.status();
  const uint64_t needed = std::max(end.value_or(0), lists_end.value_or(0));
  done = OrProblem(VerifyMembers(members, *members_guard, needed, findings), findings);
  if (!done.ok() || findings.stopped()) return done;
  return OrProblem(VerifyBuckets(index, *index_guard, members, ids, findings), findings);
}

absl::StatusOr<std::unique_ptr<Environment>> OpenPart(const std::string& folder, EnvironmentKind kind) {
  EnvironmentOptions options;
  options.read_only = WhyNotWritable(folder) != 0;
  options.kind = kind;
  options.directory = (fs::path(folder) / EnvironmentName(kind)).string();
  options.crash_mark = CrashMarkOf(folder);
  return Environment::Open(options);
}

}  // namespace

absl::Status CheckSamePopulation(const Environment& index, const Environment& members) {
  if (index.identity() == members.identity()) return absl::OkStatus();
  return WithReason(absl::DataLossError(Sentence(
                        members.directory(), " is not of the same population as ", index.directory(),
                        "; put back the folder that belongs there, or restore both from one backup")),
                    Reason::kStorageCorrupt);
}

absl::StatusOr<uint64_t> VerifyEnvironments(Environment& index, Environment& members, const MemberIds* ids,
                                            Findings::Report report) {
  Findings findings(std::move(report));
  RETURN_IF_ERROR(RunChecks(index, members, ids, findings));
  if (findings.stopped()) return absl::CancelledError("the verification was stopped");
  return findings.problems();
}

// A sentence about a population that isn't in the data directory.
std::string WhyNoPopulation(const std::string& data_directory, const std::string& population) {
  std::error_code error;
  if (!fs::exists(data_directory, error)) {
    return Sentence("there is no directory ", data_directory,
                    "; give --data the directory that musterd serves");
  }
  if (!fs::is_directory(fs::path(data_directory) / "populations", error)) {
    return Sentence(data_directory,
                    " is no data directory of musterd; give --data the directory that musterd serves");
  }
  return Sentence("there is no population '", population, "' in ", data_directory,
                  "; name another, or give --data another directory");
}

absl::StatusOr<uint64_t> VerifyFolder(const std::string& data_directory, const std::string& population,
                                      Findings::Report report) {
  RETURN_IF_ERROR(CheckPopulationName(population));
  const std::string folder = (fs::path(data_directory) / "populations" / population).string();
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return WithReason(absl::NotFoundError(WhyNoPopulation(data_directory, population)),
                      Reason::kUnknownPopulation);
  }
  ASSIGN_OR_RETURN(const DirectoryLock lock, DirectoryLock::Take(data_directory));
  absl::Status opened = CheckPopulationFolder(folder);
  std::unique_ptr<Environment> parts[2];
  for (const EnvironmentKind kind : {EnvironmentKind::kIndex, EnvironmentKind::kMembers}) {
    if (!opened.ok()) break;
    absl::StatusOr<std::unique_ptr<Environment>> part = OpenPart(folder, kind);
    opened = part.status();
    if (part.ok()) parts[kind == EnvironmentKind::kIndex ? 0 : 1] = *std::move(part);
  }
  if (!opened.ok()) {
    if (!absl::IsDataLoss(opened)) return opened;
    Findings findings(std::move(report));
    findings.Begin("files");
    findings.Problem(FromAbseil(opened.message()));
    findings.End();
    return findings.problems();
  }
  ASSIGN_OR_RETURN(const uint64_t problems,
                   VerifyEnvironments(*parts[0], *parts[1], nullptr, std::move(report)));
  if (problems == 0) fs::remove(CrashMarkOf(folder), error);
  return problems;
}

}  // namespace muster::index
