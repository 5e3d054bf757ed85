#include "index/population/stored_population.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "index/catalog/load_records.h"
#include "index/catalog/names.h"
#include "index/dictionary/stored_ids.h"
#include "index/loading/change_tag.h"
#include "index/loading/plan/load_dates.h"
#include "index/population/load_session.h"
#include "index/population/population_folder.h"
#include "index/population/verification.h"
#include "index/population/zone.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/counters.h"
#include "index/storage/files/scratch_file.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/record_walk.h"
#include "index/views/stored_view.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

// The warning of a load that is repeated although its tags, or some of them, were rolled back.
std::string RolledBackSentence(const records::LoadRecord& load, const std::vector<std::string>& tags) {
  const bool all = tags.size() == static_cast<size_t>(load.result().tags_size());
  return Sentence(
      "this load was published before and ",
      all ? std::string("rolled back since") : Sentence(tags.size(), " of its tags were rolled back since"),
      ": it changes nothing now; load the file under another label to have its values again");
}

}  // namespace

absl::StatusOr<std::shared_ptr<StoredPopulation>> StoredPopulation::Open(const std::string& name,
                                                                         const std::string& directory,
                                                                         const DatabaseOptions& options) {
  RETURN_IF_ERROR(CheckPopulationFolder(directory));
  std::shared_ptr<StoredPopulation> population(new StoredPopulation(name, options));
  RETURN_IF_ERROR(population->OpenParts(directory, options));
  return population;
}

absl::Status StoredPopulation::OpenParts(const std::string& directory, const DatabaseOptions& options) {
  EnvironmentOptions environment;
  environment.map_size = std::min(environment.map_size, options.map_size);
  environment.max_map_size = options.map_size;
  environment.crash_mark = CrashMarkOf(directory);
  environment.read_only = options.read_only;
  environment.damage_found = [warn = options.warn](const absl::Status& damage) {
    warn(std::string(damage.message()));
  };
  for (const EnvironmentKind kind : {EnvironmentKind::kIndex, EnvironmentKind::kMembers}) {
    environment.kind = kind;
    environment.directory = (std::filesystem::path(directory) / EnvironmentName(kind)).string();
    ASSIGN_OR_RETURN(std::unique_ptr<Environment> opened, Environment::Open(environment));
    (kind == EnvironmentKind::kIndex ? index_ : member_index_) = std::move(opened);
  }
  RETURN_IF_ERROR(CheckSamePopulation(*index_, *member_index_));
  spool_.folder = directory;
  if (!options.read_only) SweepScratchFiles(directory);
  writer_ = std::make_unique<WriterQueue>(*index_);
  member_writer_ = std::make_unique<WriterQueue>(*member_index_);
  ASSIGN_OR_RETURN(catalogue_, Catalogue::Open(*writer_));
  RETURN_IF_ERROR(CheckStoredZone());
  ASSIGN_OR_RETURN(members_, MemberDictionary::Open(*member_writer_));
  ids_ = std::make_unique<DictionaryIds>(*members_);
  values_ = std::make_unique<ValueTables>(*index_);
  VersionsOptions versions_options;
  versions_options.settle = options.settle;
  versions_options.clock = options.clock;
  versions_options.restart_grace = options.token_lifetime;
  versions_options.describe_tag = [this](TagId tag) {
    const std::optional<CataloguedTag> known = catalogue_->FindTag(tag);
    return known ? Sentence("the tag '", known->tag.name, "'")
                 : Sentence("a tag that is gone (number ", tag, ")");
  };
  versions_options.published = [this] { salt_builder_->NotifyIfRunning(); };
  ASSIGN_OR_RETURN(versions_, Versions::Open(*writer_, versions_options));
  lists_ = std::make_unique<IdListStore>(*versions_);
  history_ = std::make_unique<TagHistory>(
      HistoryParts{*catalogue_, *versions_, *writer_, order_.publish, options.clock});
  RETURN_IF_ERROR(CheckMembers());
  OpenFedLoads(directory, options);
  return OpenSegments(options);
}

// The builder reads ids, so it starts when they are known to be those that the index needs.
absl::Status StoredPopulation::OpenSegments(const DatabaseOptions& options) {
  salt_builder_ = std::make_unique<SaltBuilder>(
      *writer_, *ids_, [warn = options.warn, name = name_](const absl::Status& failed) {
        warn(Sentence("the buckets of the population '", name, "' could not be stored: ", failed.message(),
                      "; until the next load, BUCKET reads member ids"));
      });
  salts_ = std::make_unique<SaltStore>(*versions_, *salt_builder_);
  segments_ = std::make_unique<SegmentStore>(*writer_, *salts_, options.clock);
  const bool works = options.settle && !options.read_only;
  return works ? salt_builder_->Start() : absl::OkStatus();
}

// Ids are stored before the load that brings them is published. Without those ids, or with others, the two
// environments are of different days: lists would name wrong members, and new ids would get ordinals that
// others have.
absl::Status StoredPopulation::CheckMembers() const {
  ASSIGN_OR_RETURN(const ReadTransaction index, index_->BeginRead());
  ASSIGN_OR_RETURN(const StoredIds needed, ReadNeededIds(index));
  ASSIGN_OR_RETURN(const ReadTransaction members, member_index_->BeginRead());
  return CheckHoldsIds(members, needed);
}

// Dates and TODAY mean days of the population's zone, so it is not served in another one.
absl::Status StoredPopulation::CheckStoredZone() const {
  if (LoadZone(time_zone_name()).ok()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      Sentence("the population '", name_, "' is in the time zone ", time_zone_name(),
               ", which this machine doesn't know; install time zones (the package tzdata) and start again"));
}

absl::StatusOr<uint64_t> StoredPopulation::Verify(Findings::Report report) const {
  return VerifyEnvironments(*index_, *member_index_, ids_.get(), std::move(report));
}

absl::Status StoredPopulation::Scrub(const std::function<bool(size_t bytes)>& go_on) {
  absl::Status first;
  RecordWalk walk;
  walk.go_on = go_on;
  walk.damaged = [&first](const absl::Status& damage, std::string_view) { first.Update(damage); };
  for (Environment* const part : {index_.get(), member_index_.get()}) {
    RETURN_IF_ERROR(index::Scrub(*part, walk).status());
  }
  return first;
}

void StoredPopulation::LookAtBranches(const std::function<bool(size_t bytes)>& go_on) {
  // Scrub reports what fails here.
  index::LookAtBranches(*index_, {.go_on = go_on}).IgnoreError();
}

bool StoredPopulation::visible() const {
  const std::optional<PopulationInfo> population = catalogue_->population();
  return population && population->visible;
}

absl::Status StoredPopulation::SetVisible(const std::string& time_zone) {
  RETURN_IF_ERROR(LoadZone(time_zone).status());
  const PopulationInfo population{name_, time_zone.empty() ? "UTC" : time_zone, true};
  // A load that makes the population must agree on its zone, and publishes under this claim or after it.
  ASSIGN_OR_RETURN(const auto claim, open_loads_.Take("", {}, population.time_zone));
  RETURN_IF_ERROR(claim->BeginCommit());
  return writer_->Run(WriteClass::kPublish, [&](WriteTransaction& transaction) {
    return catalogue_->PutPopulation(transaction, population);
  });
}

absl::StatusOr<std::string> StoredPopulation::ZoneOfLoad(const LoadSpec& spec) const {
  if (!visible()) return spec.time_zone.empty() ? "UTC" : spec.time_zone;
  const std::string zone = time_zone_name();
  if (spec.time_zone.empty() || spec.time_zone == zone) return zone;
  return WithReason(
      absl::InvalidArgumentError(Sentence("the population '", name_, "' is in the time zone ", zone, ", not ",
                                          spec.time_zone.substr(0, 100), "; leave the time zone out")),
      Reason::kBadRequest);
}

LoadTarget StoredPopulation::Target(const std::string& time_zone) {
  return LoadTarget{{name_, time_zone, true}, *catalogue_, *members_, *versions_, *writer_, order_, clock_};
}

absl::StatusOr<std::unique_ptr<Load>> StoredPopulation::FindRepeated(const LoadSpec& spec) const {
  ASSIGN_OR_RETURN(const ReadTransaction view, index_->BeginRead());
  ASSIGN_OR_RETURN(const std::optional<records::LoadRecord> published, FindLoad(view, spec.label));
  if (!published) return nullptr;
  ASSIGN_OR_RETURN(LoadResult result, RepeatedResult(spec, *published));
  result.dry_run = spec.dry_run;
  ASSIGN_OR_RETURN(const std::vector<std::string> rolled_back, RolledBackTags(view, *catalogue_, *published));
  if (!rolled_back.empty()) result.warnings.push_back(RolledBackSentence(*published, rolled_back));
  // When a digest is missing, the label alone decides and the schema does not matter.
  if (!spec.input_sha256.empty() && !published->input_sha256().empty()) {
    RETURN_IF_ERROR(CheckScales(spec, *catalogue_));
  }
  return NewRepeatedLoad(std::move(result));
}

absl::StatusOr<StoredPopulation::PreparedLoad> StoredPopulation::Prepare(LoadSpec spec) const {
  PreparedLoad load;
  ASSIGN_OR_RETURN(load.zone_name, ZoneOfLoad(spec));
  ASSIGN_OR_RETURN(load.plan.zone, LoadZone(load.zone_name));
  load.today = absl::ToCivilDay(clock_(), load.plan.zone);
  load.plan.business_date = spec.business_date.value_or(load.today);
  if (spec.label.empty()) spec.label = MakeLabel(load.plan.business_date);
  // A dry run claims neither tags nor its label.
  if (!spec.dry_run) {
    for (const LoadTagSpec& tag : spec.tags) load.tags.push_back(tag.name);
  }
  load.plan.spec = std::move(spec);
  return load;
}

absl::StatusOr<std::unique_ptr<OpenLoads::Claim>> StoredPopulation::Claim(const PreparedLoad& load,
                                                                          TagHold hold,
                                                                          std::unique_ptr<Load>& repeated) {
  const auto find_repeated = [&]() -> absl::StatusOr<bool> {
    ASSIGN_OR_RETURN(repeated, FindRepeated(load.plan.spec));
    return repeated != nullptr;
  };
  const std::string& label = load.plan.spec.label;
  const std::string key = load.plan.spec.dry_run ? OpenLoads::KeyOfDryRun(label) : label;
  return open_loads_.Take(key, load.tags, load.zone_name, find_repeated, hold);
}

absl::StatusOr<std::unique_ptr<RecordIntake>> StoredPopulation::PlanIntake(PreparedLoad& load) {
  RETURN_IF_ERROR(CheckLoadDate(load.plan, load.today));
  ASSIGN_OR_RETURN(load.plan.tags, PlanTags(load.plan.spec, *catalogue_));
  return RecordIntake::Make(load.plan, *members_, *index_, spool_, values_.get());
}

absl::StatusOr<std::unique_ptr<Load>> StoredPopulation::BeginLoad(LoadSpec spec) {
  ASSIGN_OR_RETURN(PreparedLoad load, Prepare(std::move(spec)));
  std::unique_ptr<Load> repeated;
  const TagHold hold = IsSmallLoad(load.plan.spec, 0) ? TagHold::kShared : TagHold::kExclusive;
  ASSIGN_OR_RETURN(std::unique_ptr<OpenLoads::Claim> claim, Claim(load, hold, repeated));
  if (repeated) return repeated;
  fed_loads_->Sweep();  // perhaps one was taken over
  ASSIGN_OR_RETURN(std::unique_ptr<RecordIntake> intake, PlanIntake(load));
  return NewLoadSession(shared_from_this(), Target(load.zone_name), std::move(load.plan), std::move(intake),
                        std::move(claim));
}

void StoredPopulation::OpenFedLoads(const std::string& directory, const DatabaseOptions& options) {
  const auto make_session = [this](LoadSpec spec, std::shared_ptr<OpenLoads::Claim> claim,
                                   absl::CivilDay day) -> absl::StatusOr<std::unique_ptr<Load>> {
    ASSIGN_OR_RETURN(PreparedLoad load, Prepare(std::move(spec)));
    load.plan.business_date = day;
    ASSIGN_OR_RETURN(std::unique_ptr<RecordIntake> intake, PlanIntake(load));
    return NewLoadSession(shared_from_this(), Target(load.zone_name), std::move(load.plan), std::move(intake),
                          std::move(claim));
  };
  fed_loads_ =
      std::make_unique<FedLoads>(FedLoadsContext{directory, open_loads_, make_session, options.warn});
  if (options.read_only) return;
  fed_loads_->Open([this](const std::string& label) -> absl::StatusOr<bool> {
    ASSIGN_OR_RETURN(const ReadTransaction view, index_->BeginRead());
    ASSIGN_OR_RETURN(const std::optional<records::LoadRecord> published, FindLoad(view, label));
    return published.has_value();
  });
}

std::shared_ptr<FedLoad> StoredPopulation::Kept(std::shared_ptr<FedLoad> load) {
  if (load == nullptr) return nullptr;
  FedLoad* const of = load.get();
  const auto both = std::make_shared<std::pair<std::shared_ptr<StoredPopulation>, std::shared_ptr<FedLoad>>>(
      shared_from_this(), std::move(load));
  return std::shared_ptr<FedLoad>(both, of);
}

absl::StatusOr<BegunFedLoad> StoredPopulation::BeginFedLoad(LoadSpec spec, std::string encoded) {
  MutexLock one_at_a_time(fed_begin_mutex_);
  ASSIGN_OR_RETURN(PreparedLoad load, Prepare(std::move(spec)));
  const std::string label = load.plan.spec.label;
  if (std::shared_ptr<FedLoad> open = fed_loads_->Find(label); open != nullptr && open->spec() == encoded) {
    RETURN_IF_ERROR(open->Check());
    return BegunFedLoad{label, lease_, Kept(std::move(open)), std::nullopt};
  }
  fed_loads_->Sweep();
  RETURN_IF_ERROR(fed_loads_->CheckRoom(label));
  std::unique_ptr<Load> repeated;
  ASSIGN_OR_RETURN(std::shared_ptr<OpenLoads::Claim> claim, Claim(load, TagHold::kExclusive, repeated));
  if (repeated) return BegunFedLoad{label, lease_, nullptr, repeated->published_before()};
  fed_loads_->Sweep();  // perhaps one was taken over
  RETURN_IF_ERROR(
      PlanIntake(load).status());  // the commit plans again: by then the catalogue may have changed
  records::OpenLoadRecord record;
  record.set_label(label);
  for (const std::string& tag : load.tags) record.add_tags(tag);
  record.set_time_zone(load.zone_name);
  record.set_business_day(DayNumber(load.plan.business_date));
  record.set_spec(std::move(encoded));
  ASSIGN_OR_RETURN(std::shared_ptr<FedLoad> made, fed_loads_->Make(std::move(record), std::move(claim)));
  return BegunFedLoad{label, lease_, Kept(std::move(made)), std::nullopt};
}

absl::Status StoredPopulation::AbortLoad(const std::string& label) {
  RETURN_IF_ERROR(open_loads_.Abort(label));
  fed_loads_->Sweep();
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<ListLoad>> StoredPopulation::BeginListLoad(const IdListSpec& spec) {
  ASSIGN_OR_RETURN(IdListIntake intake, IdListIntake::Begin(ListTarget(), spec));
  // The population isn't dropped while it is open.
  ASSIGN_OR_RETURN(std::unique_ptr<OpenLoads::Claim> claim,
                   open_loads_.Take(OpenLoads::KeyOfList(intake.name()), {}, time_zone_name()));
  return std::make_unique<ListLoad>(shared_from_this(), std::move(intake), std::move(claim));
}

absl::StatusOr<PastLoad> StoredPopulation::GetLoad(const std::string& label) const {
  ASSIGN_OR_RETURN(const ReadTransaction view, index_->BeginRead());
  ASSIGN_OR_RETURN(PastLoad load, GetPastLoad(view, label));
  ASSIGN_OR_RETURN(const std::optional<records::LoadRecord> record, FindLoad(view, label));
  if (record) {
    ASSIGN_OR_RETURN(load.rolled_back, RolledBackTags(view, *catalogue_, *record));
  }
  return load;
}

absl::StatusOr<PastLoadPage> StoredPopulation::ListLoads(const std::string& after, size_t most) const {
  ASSIGN_OR_RETURN(const ReadTransaction view, index_->BeginRead());
  return ListPastLoads(view, after, most);
}

absl::TimeZone StoredPopulation::time_zone() const {
  // Loaded when the population was made or opened, and the library keeps what it has loaded.
  const absl::StatusOr<absl::TimeZone> zone = LoadZone(time_zone_name());
  return zone.ok() ? *zone : absl::UTCTimeZone();
}

std::string StoredPopulation::time_zone_name() const {
  const std::optional<PopulationInfo> population = catalogue_->population();
  return population ? population->time_zone : "UTC";
}

absl::CivilDay StoredPopulation::Today() const { return absl::ToCivilDay(clock_(), time_zone()); }

absl::StatusOr<std::shared_ptr<const PopulationView>> StoredPopulation::CurrentView() {
  return ViewOf(versions_->CurrentSnapshot());
}

absl::StatusOr<std::shared_ptr<const PopulationView>> StoredPopulation::OpenView(const PinnedView& pinned) {
  return ViewOf(versions_->OpenPinned(pinned));
}

absl::StatusOr<std::shared_ptr<const PopulationView>> StoredPopulation::ViewOf(
    absl::StatusOr<std::shared_ptr<const Snapshot>> snapshot) {
  RETURN_IF_ERROR(snapshot.status());
  return std::make_shared<const StoredView>(
      shared_from_this(), *std::move(snapshot),
      StoredParts{*catalogue_, *members_, *index_, value_counts_, *lists_, *salts_});
}

void StoredPopulation::Lease(const VersionVector& versions, absl::Duration duration) {
  versions_->leases().HoldFor(versions, duration);
}

absl::StatusOr<Tag> StoredPopulation::CreateTag(const Tag& tag) {
  Tag created = tag;
  RETURN_IF_ERROR(CheckTag(created));
  // An open load may be adding a tag of that name.
  ASSIGN_OR_RETURN(const auto claim,
                   open_loads_.Take(Sentence("creation of tag '", created.name, "'"), {created.name},
                                    time_zone_name(), nullptr, TagHold::kSole));
  RETURN_IF_ERROR(claim->BeginCommit());
  if (catalogue_->FindTag(created.name)) {
    return WithReason(absl::AlreadyExistsError(Sentence("there is a tag '", created.name, "' already")),
                      Reason::kAlreadyExists);
  }
  RETURN_IF_ERROR(writer_->Run(WriteClass::kPublish, [&](WriteTransaction& transaction) {
    ASSIGN_OR_RETURN(created.id, NextId(transaction, kTagCounter));
    return catalogue_->PutTag(transaction, created);
  }));
  return created;
}

absl::StatusOr<Tag> StoredPopulation::UpdateTag(const std::string& name, const TagChange& change,
                                                const WorkBudget& budget) {
  ASSIGN_OR_RETURN(const std::string normal, NormalTagName(name));
  // Otherwise a load of the tag could read its scale and publish with another one.
  ASSIGN_OR_RETURN(const auto claim, open_loads_.Take(Sentence("change of tag '", normal, "'"), {normal},
                                                      time_zone_name(), nullptr, TagHold::kSole));
  RETURN_IF_ERROR(claim->BeginCommit());
  const std::optional<CataloguedTag> known = catalogue_->FindTag(normal);
  if (!known) {
    return WithReason(absl::NotFoundError(Sentence("the population '", name_, "' has no tag '", normal, "'")),
                      Reason::kUnknownTag);
  }
  return ChangeTag(Target(time_zone_name()), known->tag, change, budget);
}

}  // namespace muster::index
