"""The checklist model: frozen values, validated when they are built."""
