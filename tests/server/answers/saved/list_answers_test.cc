#include "server/answers/saved/list_answers.h"

#include <memory>
#include <string>
#include <vector>

#include "server/answers/saved/list_load_answer.h"
#include "tests/server/answers/answers_fixture.h"

namespace muster::server {
namespace {

class ListAnswersTest : public AnswersFixture {
 protected:
  // LoadList, message by message.
  absl::Status LoadList(const std::string& name, const std::vector<std::string>& ids) {
    LoadMemoryForTests memory;
    ListLoadAnswer answer(context_, caller_, memory);
    v1::LoadListRequest message;
    message.mutable_spec()->set_population("p");
    message.mutable_spec()->set_name(name);
    absl::Status status = answer.Take(message, 0, Call()).status();
    for (const std::string& id : ids) {
      message.mutable_batch()->mutable_ids()->mutable_text()->append(id);
      message.mutable_batch()->mutable_ids()->add_ends(
          static_cast<uint32_t>(message.batch().ids().text().size()));
    }
    if (status.ok() && !ids.empty()) status = answer.Take(message, 0, Call()).status();
    message.mutable_commit()->set_ids(ids.size());
    if (status.ok()) status = answer.Take(message, 0, Call()).status();
    loaded_ = answer.response();
    answer.End(status);
    return status;
  }
  v1::LoadListResponse loaded_;
};

TEST_F(ListAnswersTest, LoadListGetListListListsAndDeleteList) {
  LoadFour();
  ASSERT_THAT(LoadList("l", {"a", "zoe", "a"}), IsOk());
  EXPECT_EQ(loaded_.list().id_count(), 2);
  EXPECT_EQ(loaded_.list().member_count(), 1);
  EXPECT_EQ(loaded_.duplicate_count(), 1);
  EXPECT_EQ(ReasonOf(LoadList("l", {"b"})), "ALREADY_EXISTS");
  EXPECT_EQ(ReasonOf(LoadList("m", {})), "NO_RECORDS");
  v1::GetListRequest get;
  get.set_population("p");
  get.set_name("l");
  const absl::StatusOr<v1::GetListResponse> got = Answer(&GetList, get);
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->list().member_count(), 1);
  v1::ListListsRequest list;
  list.set_population("p");
  const absl::StatusOr<v1::ListListsResponse> listed = Answer(&ListLists, list);
  ASSERT_THAT(listed, IsOk());
  ASSERT_EQ(listed->lists_size(), 1);
  v1::DeleteListRequest remove;
  remove.set_population("p");
  remove.set_name("l");
  EXPECT_THAT(Answer(&DeleteList, remove), IsOk());
  EXPECT_EQ(ReasonOf(Answer(&DeleteList, remove).status()), "UNKNOWN_LIST");
}

}  // namespace
}  // namespace muster::server
