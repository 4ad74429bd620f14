using Socle.Platform;

namespace Socle.Core.Tests.Platform;

public sealed class MerkleTreeTests
{
    static readonly string[] Leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    // The reference values published with RFC 6962's first implementation.
    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void The_root_is_that_of_rfc_6962(int size, string root)
    {
        var tree = new MerkleTree();
        foreach (var leaf in Leaves.Take(size)) tree.Add(MerkleTree.Leaf(Convert.FromHexString(leaf)));

        Convert.ToHexStringLower(tree.Root()).ShouldBe(root);
        MerkleTree.From(tree.Size, tree.Frontier())!.Root().ShouldBe(tree.Root());
    }

    [Fact]
    public void A_frontier_of_another_size_is_no_tree() => MerkleTree.From(5, new byte[32]).ShouldBeNull();
}
