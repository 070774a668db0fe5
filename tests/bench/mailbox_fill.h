#pragma once
// A tenant of 10,000 people with as many messages as are wanted, written in bulk: how long its
// making takes is no figure. The same numbers give the same tenant.
//
// Who gets how much is distributed as in real life: a few people get very much, most little. Beside
// them are people whose mailboxes are the same whatever the size of the tenant (`fixed`): what a
// page of theirs costs more in a larger tenant is the price of other people's mail.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace harbor::bench {

constexpr std::string_view kMailTenant = "bench";
constexpr std::size_t kFixedPeople = 16;
constexpr std::size_t kFixedReceived = 100;  // of each
constexpr std::size_t kFixedSent = 20;
constexpr std::size_t kLeastMessages = kFixedPeople * (kFixedReceived + kFixedSent);

/// Others write it in one of a hundred messages; each of the fixed people has it in this many.
constexpr std::string_view kRareWord = "needle";
constexpr std::size_t kRareHits = 3;
/// Others write it in one of twenty messages; none of the fixed people has it.
constexpr std::string_view kForeignWord = "haystack";

/// Signed in, with this as the session's token.
std::string fixed_person(std::size_t number);
std::string busy_person(std::size_t number);  ///< 0 has the largest mailbox
std::string token_of(const std::string& email);

/// Makes the database, which is not there yet. `messages` ≥ kLeastMessages. Throws Failure or
/// DatabaseError.
void fill_mailboxes(const std::string& path, std::size_t messages);

}  // namespace harbor::bench
