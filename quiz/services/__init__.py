"""What the product does: one module per journey, one public function per intention, one commit in each."""
