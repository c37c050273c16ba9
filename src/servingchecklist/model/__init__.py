"""What a checklist is: frozen values that cannot be built wrong."""
