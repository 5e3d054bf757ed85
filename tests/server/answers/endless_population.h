// A population of 275 billion members, so that no scan finishes during a test. The same three members of
// every fragment have its two FLAG tags, `vip` and `news`. It counts the windows of its scans; a test can
// hold a window, or make the population small.
#ifndef MUSTER_TESTS_SERVER_ANSWERS_ENDLESS_POPULATION_H_
#define MUSTER_TESTS_SERVER_ANSWERS_ENDLESS_POPULATION_H_

#include <atomic>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "index/bitmap/bitmap.h"
#include "index/population/population.h"

namespace muster::server {

inline constexpr uint32_t kEndlessFragments = 1u << 20;

// Counts the windows of scans, and holds them for a test. Thread-safe.
struct ScanWatch {
  std::function<void(int)> on_window = [](int) {};  // called with the number of windows begun so far
  std::atomic<int> windows{0};
  std::atomic<uint32_t> fragments{kEndlessFragments};  // of views from now on
};

class EndlessSource final : public index::RowSource {
 public:
  explicit EndlessSource(ScanWatch& watch) : watch_(watch) {}
  absl::Status BeginWindow(uint32_t, uint32_t count) override {
    count_ = count;
    watch_.on_window(++watch_.windows);
    return absl::OkStatus();
  }
  absl::Status Resolve(index::RowRef row, index::ResolvedRow& resolved) override {
    const std::string& record = row.tag == index::kEveryoneTag ? full_ : three_;
    resolved.flips.clear();
    resolved.fragments.assign(
        count_, {index::RecordBytes(reinterpret_cast<const uint8_t*>(record.data()), record.size())});
    return absl::OkStatus();
  }
  void EndWindow() override {}

 private:
  ScanWatch& watch_;
  uint32_t count_ = 0;
  const std::string full_ = index::EncodeRecord(index::RecordKind::kImage, index::Bitmap::Full());
  const std::string three_ =
      index::EncodeRecord(index::RecordKind::kImage, index::Bitmap::FromSorted({5, 70'000, 200'000}));
};

class EndlessStatistics final : public index::RowStatistics {
 public:
  explicit EndlessStatistics(uint32_t fragments) : fragments_(fragments) {}
  absl::StatusOr<uint64_t> RowCardinality(index::RowRef row) const override {
    return uint64_t{fragments_} * (row.tag == index::kEveryoneTag ? index::kFragmentOrdinals : 3);
  }
  absl::StatusOr<std::vector<uint64_t>> RowCardinalities(index::TagId tag,
                                                         absl::Span<const index::RowId> rows) const override {
    return std::vector<uint64_t>(rows.size(), *RowCardinality({tag, index::kKnownRow}));
  }
  absl::Status VisitRows(index::TagId, index::ValueId, index::ValueId,
                         const std::function<bool(index::RowId, uint64_t)>&) const override {
    return absl::OkStatus();
  }
  absl::StatusOr<index::ValuesWithRows> FindValuesWithRows(index::TagId) const override {
    return index::ValuesWithRows();
  }

 private:
  const uint32_t fragments_;
};

// Members whose ids are their ordinals.
class EndlessMembers final : public index::MembersOfView {
 public:
  explicit EndlessMembers(uint32_t fragments) : fragments_(fragments) {}
  uint64_t everyone_count() const override { return uint64_t{fragments_} << index::kFragmentBits; }
  std::optional<uint64_t> count() const override { return everyone_count(); }
  void KeepCount(uint64_t) const override {}
  uint32_t fragment_count() const override { return fragments_; }
  absl::StatusOr<std::optional<index::Ordinal>> Find(std::string_view) const override { return std::nullopt; }
  absl::Status ReadIds(absl::Span<const index::Ordinal> ordinals,
                       std::vector<std::string>& ids) const override {
    for (const index::Ordinal ordinal : ordinals) ids.push_back(std::to_string(ordinal));
    return absl::OkStatus();
  }
  absl::Status AppendIds(absl::Span<const index::Ordinal> ordinals, std::string& lines) const override {
    for (const index::Ordinal ordinal : ordinals) lines += std::to_string(ordinal) + "\n";
    return absl::OkStatus();
  }
  absl::Status VisitIds(index::Ordinal first, index::ChunkPlaces places,
                        absl::FunctionRef<void(size_t, std::string_view)> visit) const override {
    for (size_t i = 0; i < places.size(); ++i) visit(i, std::to_string(first + places[i]));
    return absl::OkStatus();
  }
  absl::StatusOr<index::MemberProfile> Profile(index::Ordinal, absl::TimeZone, WorkBudget&) const override {
    return index::MemberProfile();
  }
  absl::StatusOr<index::MemberProfile> ProfileOf(std::vector<index::Tag>, index::Ordinal, absl::TimeZone,
                                                 WorkBudget&) const override {
    return index::MemberProfile();
  }

 private:
  const uint32_t fragments_;
};

class FlagTags : public index::TagsOfView {
 public:
  absl::StatusOr<std::vector<index::Tag>> List(WorkBudget&) const override { return flags_; }
  absl::StatusOr<std::optional<index::Tag>> Find(std::string_view name) const override {
    for (const index::Tag& tag : flags_) {
      if (tag.name == name) return tag;
    }
    return std::nullopt;
  }
  absl::StatusOr<std::optional<absl::CivilDay>> FirstDate(index::TagId) const override {
    return std::nullopt;
  }
  absl::StatusOr<std::optional<absl::CivilDay>> BusinessDate(index::TagId) const override {
    return std::nullopt;
  }
  absl::StatusOr<index::TagStatistics> Statistics(const index::Tag&) const override {
    return index::TagStatistics();
  }
  absl::StatusOr<uint64_t> ValuesToCount(const index::Tag&) const override { return 0; }

 private:
  const std::vector<index::Tag> flags_ = {{.id = 1, .name = "vip"}, {.id = 2, .name = "news"}};
};

class FlagValues : public index::ValuesOfView {
 public:
  absl::StatusOr<std::vector<std::optional<index::ValueId>>> Find(
      const index::Tag&, absl::Span<const std::string> values) const override {
    return std::vector<std::optional<index::ValueId>>(values.size(), index::kTrueValue);
  }
  absl::StatusOr<std::vector<index::ValueId>> Like(const index::Tag&, const LikePattern&,
                                                   WorkBudget&) const override {
    return std::vector<index::ValueId>{index::kTrueValue};
  }
  absl::StatusOr<std::vector<index::ValueCount>> List(const index::Tag&, std::string_view,
                                                      WorkBudget&) const override {
    return std::vector<index::ValueCount>();
  }
  absl::StatusOr<std::vector<std::string>> Around(const index::Tag&, std::string_view,
                                                  size_t) const override {
    return std::vector<std::string>();
  }
};

class NoLists final : public index::ListsOfView {
 public:
  absl::StatusOr<std::optional<index::IdList>> Find(std::string_view) const override { return std::nullopt; }
  absl::StatusOr<std::vector<std::string>> NearestTo(std::string_view) const override {
    return std::vector<std::string>();
  }
};

class NoSalts final : public index::SaltsOfView {
 public:
  absl::StatusOr<std::optional<index::SaltSlices>> Find(std::string_view) const override {
    return std::nullopt;
  }
};

// Borrows tags and values. It has no history.
class EndlessView final : public index::PopulationView {
 public:
  EndlessView(std::shared_ptr<index::Population> population, ScanWatch& watch, const index::TagsOfView& tags,
              const index::ValuesOfView& values)
      : PopulationView(std::move(population), std::nullopt, false),
        watch_(watch),
        tags_(tags),
        values_(values),
        members_(watch.fragments),
        statistics_(watch.fragments) {}
  absl::StatusOr<std::shared_ptr<const PopulationView>> AsOf(absl::CivilDay) const override {
    return absl::UnimplementedError("it has no history");
  }
  const index::TagsOfView& tags() const override { return tags_; }
  const index::ValuesOfView& values() const override { return values_; }
  const index::MembersOfView& members() const override { return members_; }
  const index::ListsOfView& lists() const override { return lists_; }
  const index::SaltsOfView& salts() const override { return salts_; }
  const index::RowStatistics& statistics() const override { return statistics_; }
  std::unique_ptr<index::RowSource> NewRowSource(index::RowSource*) const override {
    return std::make_unique<EndlessSource>(watch_);
  }
  absl::StatusOr<index::PinnedView> Pin(absl::Span<const index::TagId> tags) const override {
    index::VersionVector versions = {{index::kEveryoneTag, 1}};
    for (const index::TagId tag : tags) versions.emplace(tag, 1);
    return index::PinnedView{1, versions, 1};
  }
  absl::StatusOr<index::PinnedView> PinWhole(absl::Span<const index::TagId>) const override {
    return Pin({1, 2});
  }

 private:
  ScanWatch& watch_;
  const index::TagsOfView& tags_;
  const index::ValuesOfView& values_;
  const EndlessMembers members_;
  const NoLists lists_;
  const NoSalts salts_;
  const EndlessStatistics statistics_;
};

class EndlessPopulation : public index::Population {
 public:
  explicit EndlessPopulation(ScanWatch& watch) : watch_(watch) {}
  const std::string& name() const override { return name_; }
  index::Identity identity() const override { return 1; }
  uint64_t disk_bytes() const override { return 0; }
  absl::TimeZone time_zone() const override { return absl::UTCTimeZone(); }
  std::string time_zone_name() const override { return "UTC"; }
  absl::CivilDay Today() const override { return absl::CivilDay(2024, 1, 1); }
  absl::StatusOr<std::shared_ptr<const index::PopulationView>> CurrentView() override {
    // The test's, which outlives all views.
    std::shared_ptr<index::Population> borrowed(std::shared_ptr<void>(), this);
    return std::make_shared<const EndlessView>(std::move(borrowed), watch_, tags(), values());
  }
  absl::StatusOr<std::shared_ptr<const index::PopulationView>> OpenView(const index::PinnedView&) override {
    return CurrentView();
  }
  void Lease(const index::VersionVector&, absl::Duration) override {}
  absl::StatusOr<uint64_t> Verify(index::Findings::Report) const override { return 0; }
  // No test of it names segments, or changes lists.
  index::SegmentStore& segments() override { std::abort(); }
  index::SaltStore& salts() override { std::abort(); }
  index::IdListStore& lists() override { std::abort(); }
  index::TagHistory& history() override { std::abort(); }
  absl::StatusOr<std::unique_ptr<index::ListLoad>> BeginListLoad(const index::IdListSpec&) override {
    return absl::UnimplementedError("a fake");
  }
  absl::StatusOr<index::PastLoad> GetLoad(const std::string&) const override {
    return absl::UnimplementedError("a fake");
  }
  absl::StatusOr<index::PastLoadPage> ListLoads(const std::string&, size_t) const override {
    return absl::UnimplementedError("a fake");
  }
  std::vector<index::OpenLoads::OpenLoad> ListOpenLoads() override { return {}; }
  absl::StatusOr<index::Tag> CreateTag(const index::Tag& tag) override { return tag; }
  absl::StatusOr<index::Tag> UpdateTag(const std::string&, const index::TagChange&,
                                       const WorkBudget&) override {
    return absl::UnimplementedError("a fake");
  }

 protected:
  virtual const index::TagsOfView& tags() const { return tags_; }
  virtual const index::ValuesOfView& values() const { return values_; }

 private:
  ScanWatch& watch_;
  const std::string name_ = "endless";
  const FlagTags tags_;
  const FlagValues values_;
};

}  // namespace muster::server

#endif  // MUSTER_TESTS_SERVER_ANSWERS_ENDLESS_POPULATION_H_
