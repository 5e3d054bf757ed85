#include "index/segments/segment_store.h"

#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "index/population/verification.h"
#include "index/segments/segment_record.h"
#include "index/status/status_reason.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A definition that names `uses`, which are sorted.
SegmentDefinition Naming(std::vector<std::string> uses, std::string text = "vip") {
  return {.text = text, .canonical = text, .uses = std::move(uses)};
}

class SegmentStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(database_->CreatePopulation("p", ""), IsOk());
    Find();
  }
  void Find() {
    population_ = *database_->FindPopulation("p");
    store_ = &population_->segments();
  }
  void Reopen() {
    population_.reset();
    database_.Reopen();
    Find();
  }
  void ExpectRefused(const absl::Status& status, absl::StatusCode code, Reason reason,
                     const std::string& words) {
    EXPECT_EQ(status.code(), code) << status;
    EXPECT_EQ(ReasonOf(status), reason) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(words));
  }
  std::vector<std::string> Names() {
    std::vector<std::string> names;
    const absl::StatusOr<SegmentPage> page = store_->List("", 1'000'000, SIZE_MAX);
    EXPECT_THAT(page, IsOk());
    for (const Segment& segment : page->segments) names.push_back(segment.name);
    return names;
  }

  TestDatabase database_;
  std::shared_ptr<Population> population_;
  SegmentStore* store_ = nullptr;
};

TEST_F(SegmentStoreTest, KeepsWhatIsSavedAlsoBehindARestart) {
  const SegmentDefinition definition = {.text = "vip # loyal\n AND a", .canonical = "a AND vip"};
  const absl::StatusOr<Segment> created = store_->Create("loyal", definition);
  ASSERT_THAT(created, IsOk());
  ASSERT_THAT(store_->Create("quiet", Naming({"loyal"})), IsOk());
  Reopen();
  const absl::StatusOr<Segment> found = store_->Get("loyal");
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->definition.text, "vip # loyal\n AND a");
  EXPECT_EQ(found->definition.canonical, "a AND vip");
  EXPECT_EQ(found->version, 1u);
  EXPECT_EQ(found->identity, created->identity);
  EXPECT_EQ(found->created, database_.now);
  EXPECT_THAT(store_->Get("quiet")->definition.uses, ElementsAre("loyal"));
  EXPECT_THAT(Names(), ElementsAre("loyal", "quiet"));
  EXPECT_THAT(ProblemsOf(*population_), IsEmpty());
}

TEST_F(SegmentStoreTest, NamesHaveOneFormAndRules) {
  ASSERT_THAT(store_->Create("caf\x65\xcc\x81", Naming({})), IsOk());
  EXPECT_EQ(store_->Get("caf\xc3\xa9")->name, "caf\xc3\xa9");
  ExpectRefused(store_->Create("caf\xc3\xa9", Naming({})).status(), absl::StatusCode::kAlreadyExists,
                Reason::kAlreadyExists, "already");
  EXPECT_THAT(store_->Create(std::string(200, 'n'), Naming({})), IsOk());
  EXPECT_THAT(store_->Create("Stammkunden, Nord 'A'", Naming({})), IsOk());
  for (const std::string& bad : {std::string(), std::string(201, 'n'), std::string("a\nb"),
                                 std::string("a\0b", 3), std::string("\xff"), std::string("a\xc2\x85")}) {
    ExpectRefused(store_->Create(bad, Naming({})).status(), absl::StatusCode::kInvalidArgument,
                  Reason::kBadName, "200 bytes");
    EXPECT_EQ(store_->Get(bad).status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(store_->Update(bad, Naming({}), std::nullopt).status().code(),
              absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(store_->Delete(bad, std::nullopt).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST_F(SegmentStoreTest, UnknownOnesNameTheNearest) {
  ASSERT_THAT(store_->Create("loyal", Naming({})), IsOk());
  const absl::Status unknown = store_->Get("loyl").status();
  ExpectRefused(unknown, absl::StatusCode::kNotFound, Reason::kUnknownSegment, "did you mean 'loyal'?");
  ExpectRefused(store_->Update("loyl", Naming({}), std::nullopt).status(), absl::StatusCode::kNotFound,
                Reason::kUnknownSegment, "'loyal'");
  ExpectRefused(store_->Delete("loyl", std::nullopt).status(), absl::StatusCode::kNotFound,
                Reason::kUnknownSegment, "'loyal'");
}

TEST_F(SegmentStoreTest, AnEtagKeepsChangesOfOthers) {
  const Identity first = store_->Create("a", Naming({}, "x"))->identity;
  const absl::StatusOr<Segment> second = store_->Update("a", Naming({}, "y"), first);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->version, 2u);
  EXPECT_NE(second->identity, first);
  ExpectRefused(store_->Update("a", Naming({}, "z"), first).status(), absl::StatusCode::kAborted,
                Reason::kEtagMismatch, "changed since");
  ExpectRefused(store_->Delete("a", first).status(), absl::StatusCode::kAborted, Reason::kEtagMismatch,
                "changed since");
  EXPECT_EQ(store_->Get("a")->definition.text, "y");
  // Without one, whatever is there; the same definition changes nothing.
  EXPECT_EQ(store_->Update("a", Naming({}, "y"), std::nullopt)->identity, second->identity);
  EXPECT_EQ(store_->Update("a", Naming({}, "z"), std::nullopt)->version, 3u);
  EXPECT_THAT(store_->Delete("a", std::nullopt), IsOk());
  // Made anew, it is another one.
  EXPECT_NE(store_->Create("a", Naming({}, "z"))->identity, second->identity);
}

TEST_F(SegmentStoreTest, IsNotDeletedWhileOthersNameIt) {
  ASSERT_THAT(store_->Create("base", Naming({})), IsOk());
  for (const char* user : {"u1", "u2", "u3", "u4", "u5"})
    ASSERT_THAT(store_->Create(user, Naming({"base"})), IsOk());
  ExpectRefused(store_->Delete("base", std::nullopt).status(), absl::StatusCode::kFailedPrecondition,
                Reason::kSegmentInUse, "'u1', 'u2', 'u3' and 2 more");
  for (const char* user : {"u1", "u2", "u3"}) ASSERT_THAT(store_->Delete(user, std::nullopt), IsOk());
  ASSERT_THAT(store_->Update("u4", Naming({}, "EVERYONE"), std::nullopt), IsOk());
  ExpectRefused(store_->Delete("base", std::nullopt).status(), absl::StatusCode::kFailedPrecondition,
                Reason::kSegmentInUse, "used by 'u5';");
  ASSERT_THAT(store_->Delete("u5", std::nullopt), IsOk());
  EXPECT_THAT(store_->Delete("base", std::nullopt), IsOk());
  EXPECT_THAT(Names(), ElementsAre("u4"));
  EXPECT_THAT(ProblemsOf(*population_), IsEmpty());
}

TEST_F(SegmentStoreTest, NamesOnlyWhatExistsAndNeverItself) {
  ExpectRefused(store_->Create("a", Naming({"b"})).status(), absl::StatusCode::kInvalidArgument,
                Reason::kUnknownSegment, "no segment 'b'");
  ExpectRefused(store_->Create("a", Naming({"a"})).status(), absl::StatusCode::kInvalidArgument,
                Reason::kSegmentCycle, "cycle: a → a");
  ASSERT_THAT(store_->Create("c", Naming({})), IsOk());
  ASSERT_THAT(store_->Create("b", Naming({"c"})), IsOk());
  ASSERT_THAT(store_->Create("a", Naming({"b", "c"})), IsOk());
  ExpectRefused(store_->Update("c", Naming({"a"}, "y"), std::nullopt).status(),
                absl::StatusCode::kInvalidArgument, Reason::kSegmentCycle, "cycle: c → a → ");
  ExpectRefused(store_->Update("c", Naming({"b"}, "y"), std::nullopt).status(),
                absl::StatusCode::kInvalidArgument, Reason::kSegmentCycle, "cycle: c → b → c");
  EXPECT_THAT(Names(), ElementsAre("a", "b", "c"));
}

TEST_F(SegmentStoreTest, TwoChangesAtOnceMakeNoCycle) {
  for (int round = 0; round < 10; ++round) {
    const std::string a = absl::StrCat("a", round), b = absl::StrCat("b", round);
    ASSERT_THAT(store_->Create(a, Naming({}, "x")), IsOk());
    ASSERT_THAT(store_->Create(b, Naming({}, "x")), IsOk());
    absl::Status one, other;
    std::thread thread([&] { one = store_->Update(a, Naming({b}), std::nullopt).status(); });
    other = store_->Update(b, Naming({a}), std::nullopt).status();
    thread.join();
    EXPECT_NE(one.ok(), other.ok());
  }
  EXPECT_THAT(ProblemsOf(*population_), IsEmpty());
}

TEST_F(SegmentStoreTest, LimitsAreSaid) {
  const std::string longest(kSegmentTextBytesMax, 'x');
  ASSERT_THAT(store_->Create("long", Naming({}, longest)), IsOk());
  ASSERT_THAT(store_->Update("long", Naming({}, std::string(kSegmentTextBytesMax, 'y')), std::nullopt),
              IsOk());
  ExpectRefused(store_->Create("longer", Naming({}, longest + "x")).status(),
                absl::StatusCode::kInvalidArgument, Reason::kLimit, absl::StrCat(kSegmentTextBytesMax));
  std::vector<std::string> uses;
  for (size_t i = 0; i <= kSegmentUsesMax; ++i) {
    uses.push_back(absl::StrCat("u", 1'000 + i));
    ASSERT_THAT(store_->Create(uses.back(), Naming({})), IsOk());
  }
  ExpectRefused(store_->Create("joint", Naming(uses)).status(), absl::StatusCode::kInvalidArgument,
                Reason::kLimit, absl::StrCat(kSegmentUsesMax));
  uses.pop_back();
  ASSERT_THAT(store_->Create("joint", Naming(uses, longest)), IsOk());
  ASSERT_THAT(store_->Update("joint", Naming({}, longest), std::nullopt), IsOk());
  const absl::Status read = store_->ReadWithUses({"long"}, 1'000).status();
  ExpectRefused(read, absl::StatusCode::kInvalidArgument, Reason::kLimit, "1000 bytes");
}

TEST_F(SegmentStoreTest, PagesAreByNameAndBounded) {
  for (const char* name : {"d", "a", "c", "b", "é"}) ASSERT_THAT(store_->Create(name, Naming({})), IsOk());
  absl::StatusOr<SegmentPage> page = store_->List("", 2, SIZE_MAX);
  ASSERT_THAT(page, IsOk());
  ASSERT_THAT(page->segments, SizeIs(2));
  EXPECT_EQ(page->segments[1].name, "b");
  EXPECT_TRUE(page->more);
  page = store_->List("b", 3, SIZE_MAX);
  EXPECT_THAT(page->segments, SizeIs(3));
  EXPECT_FALSE(page->more);
  // Behind a name that was deleted meanwhile; one at least, however long it is.
  page = store_->List("bb", 10, 1);
  ASSERT_THAT(page->segments, SizeIs(1));
  EXPECT_EQ(page->segments[0].name, "c");
  EXPECT_TRUE(page->more);
  EXPECT_THAT(store_->List("é", 10, 1)->segments, IsEmpty());
}

TEST_F(SegmentStoreTest, ReadsWhatIsNamedByWayOfOthersOnce) {
  ASSERT_THAT(store_->Create("c", Naming({})), IsOk());
  ASSERT_THAT(store_->Create("b", Naming({"c"})), IsOk());
  ASSERT_THAT(store_->Create("a", Naming({"b", "c"})), IsOk());
  ASSERT_THAT(store_->Create("other", Naming({})), IsOk());
  const absl::StatusOr<std::vector<SegmentPtr>> read =
      store_->ReadWithUses({"a", "missing", "a", std::string("no\0name", 7)}, SIZE_MAX);
  ASSERT_THAT(read, IsOk());
  std::multiset<std::string> names;
  for (const SegmentPtr& segment : *read) names.insert(segment->name);
  EXPECT_THAT(names, ElementsAre("a", "b", "c"));
}

// Random changes beside a plain model of them.
TEST_F(SegmentStoreTest, AgreesWithAModel) {
  std::map<std::string, std::set<std::string>> model;
  std::mt19937 random(5);
  const auto name = [&random] { return std::string(1, static_cast<char>('a' + random() % 8)); };
  const auto reaches = [&model](const std::string& from, const std::string& to) {
    std::set<std::string> met;
    std::vector<std::string> open = {from};
    while (!open.empty()) {
      const std::string at = open.back();
      open.pop_back();
      if (at == to) return true;
      if (!met.insert(at).second) continue;
      for (const std::string& next : model[at]) open.push_back(next);
    }
    return false;
  };
  for (int step = 0; step < 2'000; ++step) {
    const std::string changed = name();
    std::set<std::string> uses;
    for (size_t i = random() % 4; i > 0; --i) uses.insert(name());
    const bool exists = model.count(changed) > 0;
    bool sound = true;
    for (const std::string& used : uses) sound = sound && used != changed && model.count(used) > 0;
    if (sound) {
      for (const std::string& used : uses) sound = sound && !(exists && reaches(used, changed));
    }
    const SegmentDefinition definition =
        Naming(std::vector<std::string>(uses.begin(), uses.end()), absl::StrCat("x", step));
    switch (random() % 3) {
      case 0: {
        const bool done = store_->Create(changed, definition).ok();
        ASSERT_EQ(done, sound && !exists) << step;
        if (done) model[changed] = uses;
        break;
      }
      case 1: {
        const bool done = store_->Update(changed, definition, std::nullopt).ok();
        ASSERT_EQ(done, sound && exists) << step;
        if (done) model[changed] = uses;
        break;
      }
      default: {
        bool used = false;
        for (const auto& [user, named] : model) used = used || named.count(changed) > 0;
        ASSERT_EQ(store_->Delete(changed, std::nullopt).ok(), exists && !used) << step;
        if (!used) model.erase(changed);
      }
    }
  }
  std::vector<std::string> names;
  for (const auto& [each, unused] : model) names.push_back(each);
  EXPECT_EQ(Names(), names);
  EXPECT_THAT(ProblemsOf(*population_), IsEmpty());
}

// Bytes of the file are changed while no server runs.
TEST_F(SegmentStoreTest, DamageIsSaidAndNeverAnswered) {
  ASSERT_THAT(store_->Create("loyal", Naming({}, "city = 'THE PLACE THAT IS DAMAGED'")), IsOk());
  population_.reset();
  database_.Close();
  const std::string path = database_.folder() + "/populations/p/index/data.mdb";
  std::string bytes;
  {
    std::ifstream in(path, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  size_t changed = 0;
  for (size_t at = bytes.find("THE PLACE"); at != std::string::npos; at = bytes.find("THE PLACE", at + 1)) {
    bytes[at] = 'S';
    ++changed;
  }
  ASSERT_GT(changed, 0u);
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  database_.Open();
  absl::StatusOr<std::shared_ptr<Population>> found = database_->FindPopulation("p");
  if (!found.ok()) {  // the population is offline
    EXPECT_EQ(found.status().code(), absl::StatusCode::kDataLoss);
    return;
  }
  population_ = *std::move(found);
  store_ = &population_->segments();
  EXPECT_EQ(store_->Get("loyal").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(store_->ReadWithUses({"loyal"}, SIZE_MAX).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(ProblemsOf(*population_), ::testing::Contains(HasSubstr("segments")));
}

TEST(SegmentRecordTest, OnlyWholeRecordsAreRead) {
  Segment segment;
  segment.name = "a";
  segment.definition = Naming({"b", "c"});
  segment.identity = 7;
  segment.version = 3;
  segment.created = absl::FromUnixMicros(5);
  segment.updated = absl::FromUnixMicros(6);
  const std::string bytes = EncodeSegment(segment);
  const absl::StatusOr<Segment> decoded = DecodeSegment("a", bytes);
  ASSERT_THAT(decoded, IsOk());
  EXPECT_EQ(decoded->definition.uses, segment.definition.uses);
  EXPECT_EQ(decoded->updated, segment.updated);
  EXPECT_EQ(PinOf(*decoded), PinOf(segment));
  EXPECT_EQ(DecodeSegment("", bytes).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(DecodeSegment("a", bytes.substr(0, bytes.size() - 1)).status().code(),
            absl::StatusCode::kDataLoss);
  EXPECT_EQ(DecodeSegment("a", "").status().code(), absl::StatusCode::kDataLoss);
  segment.definition.uses = {"c", "b"};
  EXPECT_EQ(DecodeSegment("a", EncodeSegment(segment)).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace muster::index
