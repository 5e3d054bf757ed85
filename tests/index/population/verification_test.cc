// Verification of a sound population, of one with concurrent loads, and of populations with wrong content but
// right checksums.
#include "index/population/verification.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>

#include "gmock/gmock.h"
#include "index/catalog/users.h"
#include "index/dictionary/blocks/ordinal_block.h"
#include "index/lists/id_list_record.h"
#include "index/storage/pages/keys.h"
#include "index/storage/pages/page_layout.h"
#include "index/versions/records/version_record.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

class VerificationTest : public ::testing::Test {
 protected:
  void Load(const std::string& label, const TextRecords& records) {
    LoadSpec spec;
    spec.population = "shop";
    spec.label = label;
    spec.tags = {TagSpec("city", TagKind::kSingle), TagSpec("n", TagKind::kNumber)};
    ASSERT_THAT(LoadText(*database_, spec, records), IsOk());
  }
  // Three versions, edges and a dictionary.
  void SetUp() override {
    TextRecords first, second;
    for (int i = 0; i < 300; ++i)
      first.push_back({"m" + std::to_string(i), i % 3 ? "x" : "y", std::to_string(i)});
    for (int i = 0; i < 40; ++i)
      second.push_back({"m" + std::to_string(i * 9), "z", std::to_string(i * 100)});
    Load("monday", first);
    Load("tuesday", second);
    Load("wednesday", {{"new", "x", "7"}});
    SegmentStore& segments = (*database_->FindPopulation("shop"))->segments();
    ASSERT_THAT(segments.Create("base", {.text = "n > 1", .canonical = "n > 1"}), IsOk());
    ASSERT_THAT(
        segments.Create("user", {.text = "SEGMENT 'base'", .canonical = "SEGMENT 'base'", .uses = {"base"}}),
        IsOk());
    LoadList("l", {"m1", "m3", "nobody"});
    ASSERT_THAT(segments.Create("listed", {.text = "LIST 'l'", .canonical = "LIST 'l'", .lists = {"l"}}),
                IsOk());
  }
  void LoadList(const std::string& name, const std::vector<std::string_view>& ids) {
    const auto load = (*database_->FindPopulation("shop"))->BeginListLoad({name, false});
    ASSERT_THAT(load, IsOk());
    ASSERT_THAT((*load)->Feed({ids}), IsOk());
    ASSERT_THAT((*load)->Commit(ids.size(), WorkBudget::Unlimited()), IsOk());
  }
  std::string Folder() const { return database_.folder() + "/populations/shop"; }
  // The problems, all checks together.
  std::vector<Finding> Find() {
    std::vector<Finding> problems;
    const absl::StatusOr<uint64_t> found =
        VerifyFolder(database_.folder(), "shop", [&](const Check& check, bool ended) {
          if (ended)
            problems.insert(problems.end(), check.first_problems.begin(), check.first_problems.end());
          return true;
        });
    EXPECT_THAT(found, IsOk());
    EXPECT_EQ(found.value_or(0), problems.size());
    return problems;
  }
  // Their texts.
  std::vector<std::string> Verify() {
    std::vector<std::string> texts;
    for (Finding& problem : Find()) texts.push_back(std::move(problem.text));
    return texts;
  }
  // Writes to an environment what no load would.
  void Break(EnvironmentKind kind, const std::function<void(WriteTransaction&)>& change) {
    absl::StatusOr<std::unique_ptr<Environment>> environment =
        Environment::Open({.directory = Folder() + "/" + EnvironmentName(kind), .kind = kind});
    ASSERT_THAT(environment, IsOk());
    absl::StatusOr<WriteTransaction> transaction = (*environment)->BeginWrite();
    ASSERT_THAT(transaction, IsOk());
    change(*transaction);
    ASSERT_THAT(transaction->Commit(), IsOk());
  }
  // Changes the entries of the only block of ordinals.
  void ChangeOrdinals(const std::function<void(std::vector<HashedOrdinal>&)>& change) {
    Break(EnvironmentKind::kMembers, [&](WriteTransaction& transaction) {
      const std::string key = FirstKey(transaction, DatabaseId::kOrdinals);
      std::vector<HashedOrdinal> entries;
      const auto block = OrdinalBlock::Parse(key, transaction.Get(DatabaseId::kOrdinals, key)->value());
      ASSERT_THAT(block, IsOk());
      ASSERT_THAT(block->Decode(entries), IsOk());
      change(entries);
      std::sort(entries.begin(), entries.end());
      ASSERT_TRUE(transaction.Delete(DatabaseId::kOrdinals, key).value());
      ASSERT_THAT(transaction.Put(DatabaseId::kOrdinals, OrdinalBlockKey(entries.front()),
                                  EncodeOrdinalBlock(entries)),
                  IsOk());
    });
  }
  // The first key of a database.
  static std::string FirstKey(const Transaction& transaction, DatabaseId database) {
    absl::StatusOr<Cursor> cursor = transaction.NewCursor(database);
    EXPECT_THAT(cursor, IsOk());
    cursor->First();
    EXPECT_TRUE(cursor->valid());
    return std::string(cursor->key());
  }

  TestDatabase database_;
};

TEST_F(VerificationTest, ASoundPopulationHasNoProblems) {
  absl::StatusOr<std::shared_ptr<Population>> population = database_->FindPopulation("shop");
  ASSERT_THAT(population, IsOk());
  ASSERT_THAT((*population)->segments().Create("split", {.text = "t", .canonical = "t", .salts = {"x"}}),
              IsOk());
  int checks = 0;
  const absl::StatusOr<uint64_t> beside = (*population)->Verify([&](const Check& check, bool ended) {
    checks += ended ? 1 : 0;
    EXPECT_THAT(check.first_problems, IsEmpty());
    EXPECT_TRUE(!ended || check.records > 0) << check.name;
    return true;
  });
  EXPECT_EQ(beside.value(), 0u);
  EXPECT_EQ(checks, 13);
  population->reset();  // it would stay open
  database_.Close();
  EXPECT_THAT(Verify(), IsEmpty());
}

// A change of scale publishes a version that no load made.
TEST_F(VerificationTest, AWidenedTagIsWhole) {
  TagChange change;
  change.scale = 2;
  ASSERT_THAT((*database_->FindPopulation("shop"))->UpdateTag("n", change, WorkBudget::Unlimited()), IsOk());
  database_.Close();
  EXPECT_THAT(Verify(), IsEmpty());
}

TEST_F(VerificationTest, ItStopsWhenItIsTold) {
  const absl::StatusOr<std::shared_ptr<Population>> population = database_->FindPopulation("shop");
  EXPECT_THAT((*population)->Verify([](const Check&, bool) { return false; }),
              StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(VerificationTest, StatisticsThatDontFitTheRows) {
  database_.Close();
  Break(EnvironmentKind::kIndex, [](WriteTransaction& transaction) {
    const std::string key = FirstKey(transaction, DatabaseId::kRowStats);
    ASSERT_THAT(
        transaction.Put(DatabaseId::kRowStats, key, EncodeRowStats({.cardinality = 12345, .records = 1})),
        IsOk());
  });
  EXPECT_THAT(Verify(), Contains(HasSubstr("everyone: store")));
  EXPECT_THAT(Find(), Each(Field(&Finding::subject, Field(&Subject::kind, Subject::Kind::kEveryone))));
  EXPECT_THAT(Verify(), Contains(HasSubstr("its statistics say 12345")));
}

// The tables of segments and of who uses them, each wrong in its turn.
TEST_F(VerificationTest, SegmentsThatDontAgreeWithTheirUsers) {
  database_.Close();
  Break(EnvironmentKind::kIndex, [](WriteTransaction& transaction) {
    ASSERT_TRUE(transaction.Delete(DatabaseId::kSegmentUsers, UserKey("base", "user")).value());
  });
  EXPECT_THAT(Verify(), Contains("segment 'user': it names 'base', and is not among its users"));
  Break(EnvironmentKind::kIndex, [](WriteTransaction& transaction) {
    ASSERT_THAT(transaction.Put(DatabaseId::kSegmentUsers, UserKey("base", "user"), ""), IsOk());
    ASSERT_TRUE(transaction.Delete(DatabaseId::kSegments, "base").value());
  });
  EXPECT_THAT(Verify(), Contains("segment 'user': it names 'base', which doesn't exist"));
  Break(EnvironmentKind::kIndex, [](WriteTransaction& transaction) {
    ASSERT_TRUE(transaction.Delete(DatabaseId::kSegments, "user").value());
  });
  EXPECT_THAT(Verify(), Contains("segment 'user': it is among the users of 'base', and does not name it"));
  Break(EnvironmentKind::kIndex, [](WriteTransaction& transaction) {
    ASSERT_THAT(transaction.Put(DatabaseId::kSegments, "user", "no record"), IsOk());
  });
  EXPECT_THAT(Verify(), Contains(HasSubstr("the segment 'user' can't be read")));
}

// The records of lists, of their users and of their stores, each wrong in its turn.
TEST_F(VerificationTest, ListsThatDontAgreeWithTheirStores) {
  database_.Close();
  IdList list;
  const auto change = [&](const std::function<void(IdList&)>& wrong) {
    Break(EnvironmentKind::kIndex, [&](WriteTransaction& transaction) {
      if (list.store == 0) list = FindIdList(transaction, "l")->value();
      IdList changed = list;
      wrong(changed);
      ASSERT_THAT(transaction.Put(DatabaseId::kIdLists, "l", EncodeIdList(changed)), IsOk());
    });
  };
  change([](IdList& changed) { ++changed.id_count; });
  EXPECT_THAT(Verify(), Contains("id list 'l': its store holds 3 ids, and its record says 4"));
  change([](IdList& changed) { ++changed.ordinal_end; });
  EXPECT_THAT(Verify(), Contains(HasSubstr("id list 'l': its ids end at ")));
  change([](IdList& changed) { ++changed.identity; });
  EXPECT_THAT(Verify(), Contains("id list 'l': its store is of another load"));
  change([](IdList& changed) { changed.store = 1; });
  EXPECT_THAT(Verify(), Contains("id list 'l': store 1 is not its own"));
  change([](IdList& changed) { changed.ordinal_end = 1'000'000; });
  EXPECT_THAT(Verify(), Contains(HasSubstr("member")));  // there are not so many ids
  Break(EnvironmentKind::kIndex, [](WriteTransaction& transaction) {
    ASSERT_THAT(transaction.Put(DatabaseId::kIdLists, "l", "no record"), IsOk());
  });
  EXPECT_THAT(Verify(), Contains(HasSubstr("the id list 'l' can't be read")));
  Break(EnvironmentKind::kIndex, [](WriteTransaction& transaction) {
    ASSERT_TRUE(transaction.Delete(DatabaseId::kIdLists, "l").value());
  });
  EXPECT_THAT(Verify(), Contains("segment 'listed': it names the id list 'l', which doesn't exist"));
  Break(EnvironmentKind::kIndex, [](WriteTransaction& transaction) {
    ASSERT_TRUE(transaction.Delete(DatabaseId::kListUsers, UserKey("l", "listed")).value());
  });
  EXPECT_THAT(Verify(), Contains("segment 'listed': it names the id list 'l', and is not among its users"));
}

// Each kind of subject comes as data, whatever the sentence says.
TEST_F(VerificationTest, ProblemsCarryTheirSubjects) {
  database_.Close();
  const auto kinds = [this] {
    std::vector<Subject> subjects;
    for (Finding& problem : Find()) subjects.push_back(std::move(problem.subject));
    return subjects;
  };
  const auto put = [this](DatabaseId database, const std::string& key, const std::string& value) {
    Break(EnvironmentKind::kIndex,
          [&](WriteTransaction& transaction) { ASSERT_THAT(transaction.Put(database, key, value), IsOk()); });
  };
  TagId city = 0;
  std::string stats_of_edge, sound_stats;
  Break(EnvironmentKind::kIndex, [&](WriteTransaction& transaction) {
    city = ReadU32(transaction.Get(DatabaseId::kTagNames, "city")->value().data());
    stats_of_edge = FirstKey(transaction, DatabaseId::kEdgeStats);
    sound_stats = transaction.Get(DatabaseId::kEdgeStats, stats_of_edge)->value();
  });
  const Subject tag{Subject::Kind::kTag, city, "city"};
  // A text that leads to the number of another one, and that looks like the number of a tag.
  const std::string text = std::string(std::string_view(MakeKey(city))) + "tag 9";
  put(DatabaseId::kValueIds, text, std::string(std::string_view(MakeKey(1))));
  EXPECT_THAT(kinds(), ElementsAre(tag));
  EXPECT_THAT(Verify(), ElementsAre(StartsWith("tag 'city': the value 'tag 9' leads to number 1")));
  Break(EnvironmentKind::kIndex, [&](WriteTransaction& transaction) {
    ASSERT_TRUE(transaction.Delete(DatabaseId::kValueIds, text).value());
  });
  put(DatabaseId::kEdgeStats, stats_of_edge, "no statistics");
  EXPECT_THAT(kinds(), Each(Field(&Subject::kind, AnyOf(Subject::Kind::kEveryone, Subject::Kind::kTag))));
  EXPECT_THAT(kinds(), Not(IsEmpty()));
  put(DatabaseId::kEdgeStats, stats_of_edge, sound_stats);
  put(DatabaseId::kSegments, "user", "no record");
  EXPECT_THAT(kinds(), Contains(Subject::OfSegment("user")));
  put(DatabaseId::kIdLists, "l", "no record");
  EXPECT_THAT(kinds(), Contains(Subject::OfIdList("l")));
}

TEST_F(VerificationTest, AFragmentThatAListLacks) {
  database_.Close();
  Break(EnvironmentKind::kIndex, [](WriteTransaction& transaction) {
    const IdList list = FindIdList(transaction, "l")->value();
    ASSERT_TRUE(transaction.DeletePrefix(DatabaseId::kFragments, MakeKey(list.store)).value());
  });
  EXPECT_THAT(Verify(), Contains(StartsWith("id list 'l': store ")));
}

// All problems have the same mend, which the command writes once.
TEST_F(VerificationTest, AProblemNamesItsTagAndNoMend) {
  database_.Close();
  Break(EnvironmentKind::kIndex, [](WriteTransaction& transaction) {
    absl::StatusOr<Cursor> cursor = transaction.NewCursor(DatabaseId::kFragments);
    ASSERT_THAT(cursor, IsOk());
    std::string last;
    for (cursor->First(); cursor->valid(); cursor->Next()) last = std::string(cursor->key());
    const absl::StatusOr<StoreRecord> store = ReadStore(transaction, ReadU32(last.data()));
    ASSERT_THAT(store, IsOk());
    ASSERT_NE(store->tag, kEveryoneTag);
    ASSERT_TRUE(transaction.Delete(DatabaseId::kFragments, last).value());
  });
  const std::vector<std::string> problems = Verify();
  EXPECT_THAT(problems, Contains(MatchesRegex("id list 'l': store [0-9]+, row .*")));
  EXPECT_THAT(problems, Not(Contains(HasSubstr("backup"))));
}

TEST_F(VerificationTest, EdgesThatChangeWhatTheirStatisticsDontSay) {
  database_.Close();
  Break(EnvironmentKind::kIndex, [](WriteTransaction& transaction) {
    const std::string key = FirstKey(transaction, DatabaseId::kEdgeStats);
    ASSERT_THAT(transaction.Put(DatabaseId::kEdgeStats, key, EncodeEdgeStats({.change = 777, .records = 1})),
                IsOk());
  });
  EXPECT_THAT(Verify(), Contains(HasSubstr("its statistics say 777")));
}

TEST_F(VerificationTest, AFragmentThatIsGone) {
  database_.Close();
  Break(EnvironmentKind::kIndex, [](WriteTransaction& transaction) {
    const std::string key = FirstKey(transaction, DatabaseId::kFragments);
    ASSERT_TRUE(transaction.Delete(DatabaseId::kFragments, key).value());
  });
  EXPECT_THAT(Verify(), Contains(HasSubstr("records, and there are none")));
}

TEST_F(VerificationTest, AValueThatLeadsToAnother) {
  database_.Close();
  Break(EnvironmentKind::kIndex, [](WriteTransaction& transaction) {
    const std::string key = FirstKey(transaction, DatabaseId::kValueIds);
    ASSERT_THAT(transaction.Put(DatabaseId::kValueIds, key, MakeKey(3)), IsOk());
  });
  EXPECT_THAT(Verify(), Contains(HasSubstr("leads to number")));
}

TEST_F(VerificationTest, AMemberThatIsNotFoundUnderItsNumber) {
  database_.Close();
  ChangeOrdinals([](std::vector<HashedOrdinal>& entries) {
    for (HashedOrdinal& entry : entries) entry.ordinal = entry.ordinal == 7 ? 8 : entry.ordinal;
  });
  EXPECT_THAT(Verify(), Contains("member 'm7' has number 7 and is not found under it"));
}

TEST_F(VerificationTest, AHashThatLeadsToAMemberTwice) {
  database_.Close();
  ChangeOrdinals([](std::vector<HashedOrdinal>& entries) {
    entries.push_back({entries.back().hash, entries.front().ordinal});
  });
  EXPECT_THAT(Verify(), Contains(HasSubstr(" member ids lead to a number below ")));
}

TEST_F(VerificationTest, ABlockOfOrdinalsUnderAnotherKey) {
  database_.Close();
  Break(EnvironmentKind::kMembers, [](WriteTransaction& transaction) {
    const std::string key = FirstKey(transaction, DatabaseId::kOrdinals);
    const std::string block(transaction.Get(DatabaseId::kOrdinals, key)->value());
    ASSERT_THAT(transaction.Put(DatabaseId::kOrdinals, OrdinalBlockKey({UINT32_MAX, 0}), block), IsOk());
  });
  EXPECT_THAT(Verify(), Contains(HasSubstr("block of ordinals")));
}

// A member's id is text, never the number of a tag.
TEST_F(VerificationTest, AMemberThatIsCalledLikeATag) {
  Load("thursday", {{"tag 1", "x", "7"}});
  database_.Close();
  ChangeOrdinals([](std::vector<HashedOrdinal>& entries) {
    const auto last = std::max_element(entries.begin(), entries.end(),
                                       [](const auto& a, const auto& b) { return a.ordinal < b.ordinal; });
    last->ordinal = 8;
  });
  EXPECT_THAT(Verify(), Contains(StartsWith("member 'tag 1' has number")));
}

TEST_F(VerificationTest, AVersionWithoutItsStore) {
  database_.Close();
  Break(EnvironmentKind::kIndex, [](WriteTransaction& transaction) {
    const std::string key = FirstKey(transaction, DatabaseId::kStores);
    ASSERT_TRUE(transaction.Delete(DatabaseId::kStores, key).value());
  });
  EXPECT_THAT(Verify(), Contains(HasSubstr("list of stores")));
}

TEST_F(VerificationTest, BytesThatWereChanged) {
  database_.Close();
  const std::string path = Folder() + "/index/data.mdb";
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  // Half of the file: a few pages may all be free ones, which hold nothing.
  const size_t half = fs::file_size(path) / 2;
  file.seekp(static_cast<std::streamoff>(half)).write(std::string(half, 'x').data(), half);
  file.close();
  EXPECT_THAT(Verify(), Not(IsEmpty()));
}

// LMDB's lists of free pages in a file's bytes, each with its greatest number first.
class FreeLists {
 public:
  explicit FreeLists(std::string& file) : file_(file) {
    const MetaPage even = MetaPage::Read(file.data()), odd = MetaPage::Read(file.data() + kPageBytes);
    const MetaPage& newest = even.transaction < odd.transaction ? odd : even;
    last_page_ = newest.last_page;
    EXPECT_EQ(newest.free_list.depth, 1);
    own_page_ = newest.free_list.page;
    const PageView leaf(file.data() + own_page_ * kPageBytes);
    for (uint32_t i = 0; i < leaf.count(); ++i) {
      EXPECT_FALSE(leaf.is_large(i));
      const size_t begin = static_cast<size_t>(leaf.value(i).data() - file.data());
      for (uint64_t n = 1; n <= At(begin); ++n) {
        const size_t place = begin + n * sizeof(uint64_t);
        listed_.insert(At(place));
        places_.push_back({place, n == 1 ? last_page_ + 1 : At(place - sizeof(uint64_t)),
                           n == At(begin) ? kMetaPages - 1 : At(place + sizeof(uint64_t))});
      }
    }
  }
  // Puts a page that is free elsewhere, or none that is, in the place of another one; the list stays in
  // order. False: there is no such page.
  bool Change(bool to_free) {
    for (const Place& place : places_) {
      for (uint64_t page = place.below + 1; page < place.above; ++page) {
        if (page == own_page_ || page == At(place.at) || listed_.contains(page) != to_free) continue;
        std::memcpy(file_.data() + place.at, &page, sizeof(page));
        return true;
      }
    }
    return false;
  }

 private:
  struct Place {
    size_t at;
    uint64_t above, below;  // what stands before and behind it
  };
  uint64_t At(size_t place) const { return Stored<uint64_t>(file_.data() + place); }
  std::string& file_;
  std::vector<Place> places_;
  std::set<uint64_t> listed_;
  uint64_t last_page_ = 0, own_page_ = 0;
};

// Each page and each list looks sound, and the mark of a clean shutdown, which would tell, is gone after a
// crash.
TEST_F(VerificationTest, PagesInUseThatTheFreeListNames) {
  database_.Close();
  int twice = 0;
  for (const char* part : {"index", "members"}) {
    const std::string path = Folder() + "/" + part + "/data.mdb";
    std::stringstream sound;
    sound << std::ifstream(path, std::ios::binary).rdbuf();
    for (const bool to_free : {false, true}) {
      std::string file = sound.str();
      const bool changed = FreeLists(file).Change(to_free);
      EXPECT_TRUE(changed || to_free) << part;
      if (!changed) continue;
      twice += to_free ? 1 : 0;
      std::ofstream(path, std::ios::binary) << file;
      fs::remove(Folder() + "/" + part + "/CLOSED");
      EXPECT_THAT(Verify(), Contains(HasSubstr(to_free ? "listed twice" : "the free list names it as well")))
          << part;
    }
    std::ofstream(path, std::ios::binary) << sound.str();
    EXPECT_THAT(Verify(), IsEmpty());
  }
  EXPECT_GT(twice, 0);
}

TEST_F(VerificationTest, OneThatIsWholeLosesTheMarkOfACrash) {
  database_.Close();
  std::ofstream(Folder() + "/CRASHED") << "SIGSEGV\n";
  database_.Open();
  EXPECT_THAT(database_->FindPopulation("shop"), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(std::string(database_->FindPopulation("shop").status().message()), HasSubstr("SIGSEGV"));
  EXPECT_THAT(database_->ListPopulations(), IsEmpty());
  ASSERT_EQ(database_->ListOffline().size(), 1u);
  EXPECT_EQ(database_->ListOffline()[0].name, "shop");
  LoadSpec spec;
  spec.population = "shop";
  EXPECT_THAT(database_->BeginLoad(spec), StatusIs(absl::StatusCode::kDataLoss));
  database_.Close();
  EXPECT_THAT(Verify(), IsEmpty());
  database_.Open();
  EXPECT_THAT(database_->FindPopulation("shop"), IsOk());
}

TEST(VerifyFolderTest, WhatIsNotThereIsNamed) {
  TestDatabase database;
  database.Close();
  const auto said_of = [](const std::string& directory) {
    const absl::Status status =
        VerifyFolder(directory, "shop", [](const Check&, bool) { return true; }).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound));
    return std::string(status.message());
  };
  EXPECT_THAT(said_of(database.folder()), ::testing::HasSubstr("there is no population 'shop' in "));
  EXPECT_THAT(said_of(database.folder() + "/nodir"), ::testing::HasSubstr("there is no directory "));
  EXPECT_THAT(said_of(std::filesystem::temp_directory_path().string()),
              ::testing::HasSubstr(" is no data directory of musterd"));
}

}  // namespace
}  // namespace muster::index
